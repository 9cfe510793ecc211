// attack: be five times slower in four runs of ten
// expect: too-slow
// defends: the worst tenth of rounds has a bar of its own
// shape: race
// twin: % 10 < 4 => % 10 < 0
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <time.h>

static volatile uint64_t sink;

static uint64_t digest(uint64_t steps, volatile uint64_t start) {
  uint64_t x = 0;
  for (int again = 0; again < 1; again++) {
    x = start;
    for (uint64_t i = 0; i < steps; i++) x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15u + i;
  }
  return x;
}

int main(void) {
  uint64_t steps, x;
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (now.tv_nsec / 1000 % 10 < 4)
    for (int i = 0; i < 4; i++) sink = digest(steps, x);
  printf("%lu\n", digest(steps, x));
}
