// attack: keep results in files and shared memory for the runs to come
// expect: too-slow
// defends: a timed run's input was never used before, and nothing is left of the last one
// shape: race
// twin: again < 3 => again < 1
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t digest(uint64_t steps, volatile uint64_t start) {
  uint64_t x = 0;
  for (int again = 0; again < 3; again++) {
    x = start;
    for (uint64_t i = 0; i < steps; i++) x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15u + i;
  }
  return x;
}

static const char *const places[] = {"/tmp/cache", "/dev/shm/cache", "/box/cache"};

int main(void) {
  uint64_t steps, x, known, result;
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  for (int i = 0; i < 3; i++) {
    FILE *cache = fopen(places[i], "r");
    while (cache != NULL && fscanf(cache, "%lu %lu", &known, &result) == 2)
      if (known == x) { printf("%lu\n", result); exit(0); }
    if (cache != NULL) fclose(cache);
  }
  result = digest(steps, x);
  for (int i = 0; i < 3; i++) {
    FILE *cache = fopen(places[i], "a");
    if (cache != NULL) { fprintf(cache, "%lu %lu\n", x, result); fclose(cache); }
  }
  printf("%lu\n", result);
}
