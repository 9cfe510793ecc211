// attack: close the output before the work, and let a child write it later
// expect: runtime-error, too-slow, wrong-answer
// defends: a timed run is over when nothing of it is left
// shape: race
// twin: again < 3 => again < 1
// twin2:   _exit(0); =>   waitpid(-1, NULL, 0);
#include <stdint.h>
#include <stdio.h>
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
  uint64_t steps, x;
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  if (fork() == 0) {
    setsid();
    printf("%lu\n", digest(steps, x));
    fflush(stdout);
  }
  _exit(0);
}
