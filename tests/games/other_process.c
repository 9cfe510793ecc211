// attack: let a grandchild in a session of its own do the work
// expect: too-slow
// defends: CPU time counts every descendant
// shape: race
// twin: again < 3 => again < 1
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
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
  uint64_t steps, x, result;
  int ends[2];
  if (scanf("%lu %lu", &steps, &x) != 2 || pipe(ends) != 0) return 1;
  if (fork() == 0) {
    setsid();
    if (fork() == 0) {
      result = digest(steps, x);
      if (write(ends[1], &result, sizeof result) != sizeof result) _exit(1);
    }
    _exit(0);
  }
  wait(NULL);
  if (read(ends[0], &result, sizeof result) != sizeof result) return 1;
  printf("%lu\n", result);
}
