// attack: walk through memory at its end, so that the reference finds nothing cached
// expect: too-slow
// defends: who comes second is not always the reference
// shape: race
// twin: again < 3 => again < 1
// twin2: waste[24 << 20] => waste[1 << 16]
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

int main(void) {
  uint64_t steps, x;
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  printf("%lu\n", digest(steps, x));
  static char waste[24 << 20];
  for (size_t at = 0; at < sizeof waste; at += 64) waste[at]++;
}
