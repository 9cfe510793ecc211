// attack: spoil its own pairs: thousands of one-byte writes to standard error after the answer
// expect: too-slow
// defends: what our handling of a program's output costs is not others' load
// shape: race
// twin: again < 3 => again < 1
// twin2: i < 9000 => i < 90
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

int main(void) {
  uint64_t steps, x;
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  printf("%lu\n", digest(steps, x));
  fflush(stdout);
  for (int i = 0; i < 9000; i++)
    if (write(2, ".", 1) != 1) return 1;
}
