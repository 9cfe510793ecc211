// attack: ask for another clock, another priority and other CPUs
// expect: too-slow
// defends: a program can't make itself look faster
// shape: race
// twin: again < 3 => again < 1
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>

#include <sched.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

static uint64_t digest(uint64_t steps, volatile uint64_t start) {
  uint64_t x = 0;
  for (int again = 0; again < 3; again++) {
    x = start;
    for (uint64_t i = 0; i < steps; i++) x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15u + i;
  }
  return x;
}

int main(void) {
  uint64_t steps, x;
  struct timespec epoch = {0, 0};
  struct timeval none = {0, 0};
  cpu_set_t all;
  CPU_ZERO(&all);
  for (int i = 0; i < 64; i++) CPU_SET(i, &all);
  clock_settime(CLOCK_REALTIME, &epoch);
  settimeofday(&none, NULL);
  setpriority(PRIO_PROCESS, 0, -20);
  sched_setaffinity(0, sizeof all, &all);
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  printf("%lu\n", digest(steps, x));
}
