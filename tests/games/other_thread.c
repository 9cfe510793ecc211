// attack: let threads do the work while main sleeps
// expect: too-slow
// defends: CPU time counts every thread
// shape: race
// twin: again < 3 => again < 1
#include <stdint.h>
#include <stdio.h>
#include <pthread.h>

static uint64_t digest(uint64_t steps, volatile uint64_t start) {
  uint64_t x = 0;
  for (int again = 0; again < 3; again++) {
    x = start;
    for (uint64_t i = 0; i < steps; i++) x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15u + i;
  }
  return x;
}

static uint64_t steps, x;
static void *work(void *unused) { x = digest(steps, x); return unused; }

int main(void) {
  pthread_t thread;
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  pthread_create(&thread, NULL, work, NULL);
  pthread_join(thread, NULL);
  printf("%lu\n", x);
}
