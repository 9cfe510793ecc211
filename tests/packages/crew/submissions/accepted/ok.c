#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct { pthread_t thread; uint64_t steps, x; } chain;

static void *work(void *argument) {
  chain *c = argument;
  uint64_t x = c->x;
  for (uint64_t i = 0; i < c->steps; i++) x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15u + i;
  c->x = x;
  return NULL;
}

int main(void) {
  uint64_t steps, start, threads, mixed = 0;
  if (scanf("%lu %lu %lu", &steps, &start, &threads) != 3) return 1;
  chain *all = calloc(threads, sizeof *all);
  for (uint64_t t = 0; t < threads; t++) {
    all[t].steps = steps / threads;
    all[t].x = start + t;
    pthread_create(&all[t].thread, NULL, work, &all[t]);
  }
  for (uint64_t t = 0; t < threads; t++) {
    pthread_join(all[t].thread, NULL);
    mixed ^= all[t].x;
  }
  free(all);
  printf("%lu\n", mixed);
}
