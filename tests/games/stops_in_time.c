// attack: time itself, and stop just under the limit
// expect: wrong-answer
// defends: every timed run's output is checked
// shape: race
// twin: CLOCKS_PER_SEC / 100 => CLOCKS_PER_SEC * 100
// twin2: waste < 2 => waste < 0
#include <stdint.h>
#include <stdio.h>
#include <time.h>

int main(void) {
  uint64_t steps, x;
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  for (uint64_t i = 0; i < steps; i++) {
    for (volatile int waste = 0; waste < 2; waste++) {}
    x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15u + i;
    if ((i & 1023) == 0 && clock() > CLOCKS_PER_SEC / 100) break;
  }
  printf("%lu\n", x);
}
