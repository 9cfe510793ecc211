// attack: let the kernel do the work, so that no time of the program's own is used
// expect: too-slow
// defends: CPU time counts what the kernel does for a program
// shape: race
// twin: again < 48 => again < 0
#include <stdint.h>
#include <stdio.h>
#include <sys/random.h>

static char waste[1 << 20];

int main(void) {
  uint64_t steps, x;
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  for (uint64_t i = 0; i < steps; i++) x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15u + i;
  /* What it hides behind system calls costs as much again. */
  for (int again = 0; again < 48; again++)
    for (size_t at = 0; at < sizeof waste; at += 256) getrandom(waste + at, 256, 0);
  printf("%lu\n", x);
}
