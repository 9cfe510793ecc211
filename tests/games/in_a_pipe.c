// attack: let a child compute and wait for it in a pipe
// expect: too-slow
// defends: CPU time counts every descendant
// shape: race
// twin: again < 3 => again < 1
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
  int ends[2];
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  if (pipe(ends) != 0) return 1;
  if (fork() == 0) {
    x = digest(steps, x);
    return write(ends[1], &x, sizeof x) != sizeof x;
  }
  if (read(ends[0], &x, sizeof x) != sizeof x) return 1;
  printf("%lu\n", x);
}
