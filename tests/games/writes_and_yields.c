// attack: spoil its own pairs: both at once, from several threads
// expect: too-slow
// defends: a pair that its own candidate spoils counts
// shape: race
// twin: again < 3 => again < 1
// twin2: left = 3000 => left = 30
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

static uint64_t digest(uint64_t steps, volatile uint64_t start) {
  uint64_t x = 0;
  for (int again = 0; again < 3; again++) {
    x = start;
    for (uint64_t i = 0; i < steps; i++) x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15u + i;
  }
  return x;
}

static void *noise(void *unused) {
  for (int left = 3000; left > 0; left--) {
    sched_yield();
    if (write(2, ".", 1) != 1) break;
  }
  return unused;
}

int main(void) {
  uint64_t steps, x;
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  printf("%lu\n", digest(steps, x));
  fflush(stdout);
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, noise, NULL);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
}
