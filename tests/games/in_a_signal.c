// attack: compute in a signal's handler
// expect: too-slow
// defends: CPU time counts every instruction
// shape: race
// twin: again < 3 => again < 1
#include <signal.h>
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

static volatile uint64_t given, start;
static void on_signal(int ignored) { start = digest(given, start) + 0 * (uint64_t)ignored; }

int main(void) {
  uint64_t steps, x;
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  given = steps;
  start = x;
  signal(SIGUSR1, on_signal);
  raise(SIGUSR1);
  printf("%lu\n", start);
}
