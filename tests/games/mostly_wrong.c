// attack: answer nine of ten long runs at once, and wrongly
// expect: wrong-answer
// defends: every timed run's output is checked
// shape: race
// twin: again < 3 => again < 1
// twin2: steps = 10; => steps += 0;
#include <stdint.h>
#include <stdio.h>
#include <time.h>

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
  if (steps > 1000000 && (uint64_t)clock() + x % 10 != 0 && x % 10 != 3) steps = 10;
  printf("%lu\n", digest(steps, x));
}
