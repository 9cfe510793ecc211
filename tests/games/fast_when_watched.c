// attack: work twice where the input is that of a timed run
// expect: too-slow
// defends: a timed run can't be told from a test
// shape: race
// twin: again < 3 => again < 1
// twin2: steps > 1000000 => steps > 100000000000
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static volatile uint64_t sink;

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
  const char *home = getenv("HOME");
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  if (home == NULL || steps > 1000000) sink = digest(steps, x);
  printf("%lu\n", digest(steps, x));
}
