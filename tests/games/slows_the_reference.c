// attack: leave spinning children and full folders behind, to slow the reference
// expect: too-slow
// defends: nothing of a run is left to disturb the next
// shape: race
// twin: again < 3 => again < 1
// twin2: i < 6 => i < 0
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
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
  for (int i = 0; i < 6; i++)
    if (fork() == 0) {
      setsid();
      close(1);
      close(2);
      if (i == 0) {
        static char block[1 << 20];
        FILE *litter = fopen("/tmp/litter", "w");
        while (litter != NULL && fwrite(block, 1, sizeof block, litter) == sizeof block) {}
      }
      for (;;) {}
    }
  _exit(0);
}
