// attack: work before main begins
// expect: too-slow
// defends: a timed run is the whole life of a program
// shape: race
// twin: again < 3 => again < 1
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

static uint64_t result;
__attribute__((constructor)) static void early(void) {
  uint64_t steps, x;
  if (scanf("%lu %lu", &steps, &x) == 2) result = digest(steps, x);
}

int main(void) { printf("%lu\n", result); }
