// attack: where time by the clock counts, burn CPU time on threads that only wait
// expect: too-slow
// defends: a benchmark by the clock bounds the CPU time beside it
// shape: crew
// twin: i < 4; i++) { => i < 0; i++) {
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

static atomic_int left;
typedef struct { pthread_t thread; uint64_t steps, x; } chain;

static void *work(void *argument) {
  chain *c = argument;
  uint64_t x = c->x;
  for (uint64_t i = 0; i < c->steps; i++) x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15u + i;
  c->x = x;
  atomic_fetch_sub(&left, 1);
  return NULL;
}

static void *spin(void *unused) {
  while (atomic_load(&left) > 0) {}
  return unused;
}

int main(void) {
  static chain all[64];
  uint64_t steps, start, threads, mixed = 0;
  if (scanf("%lu %lu %lu", &steps, &start, &threads) != 3) return 1;
  left = (int)threads;
  for (int i = 0; i < 4; i++) {
    pthread_t spinner;
    pthread_create(&spinner, NULL, spin, NULL);
  }
  for (uint64_t t = 0; t < threads; t++) {
    all[t].steps = steps / threads;
    all[t].x = start + t;
    pthread_create(&all[t].thread, NULL, work, &all[t]);
  }
  for (uint64_t t = 0; t < threads; t++) {
    pthread_join(all[t].thread, NULL);
    mixed ^= all[t].x;
  }
  printf("%lu\n", mixed);
}
