// attack: sleep where CPU time alone is the bar
// expect: too-slow
// defends: CPU time has a bar by the clock beside it
// shape: race
// twin: i < 150 => i < 3
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

static uint64_t digest(uint64_t steps, volatile uint64_t start) {
  uint64_t x = 0;
  for (int again = 0; again < 1; again++) {
    x = start;
    for (uint64_t i = 0; i < steps; i++) x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15u + i;
  }
  return x;
}

int main(void) {
  uint64_t steps, x;
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  x = digest(steps, x);
  for (int i = 0; i < 150; i++) usleep(1000);
  printf("%lu\n", x);
}
