// attack: spoil its own pairs: threads that yield while it works
// expect: too-slow
// defends: yields of the candidate's don't decide whether a pair is kept
// shape: race
// twin: again < 3 => again < 1
// twin2: left = 200000 => left = 100
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>

static uint64_t digest(uint64_t steps, volatile uint64_t start) {
  uint64_t x = 0;
  for (int again = 0; again < 3; again++) {
    x = start;
    for (uint64_t i = 0; i < steps; i++) x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15u + i;
  }
  return x;
}

static void *yield(void *unused) {
  for (int left = 200000; left > 0; left--) sched_yield();
  return unused;
}

int main(void) {
  uint64_t steps, x;
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  pthread_t thread;
  pthread_create(&thread, NULL, yield, NULL);
  printf("%lu\n", digest(steps, x));
}
