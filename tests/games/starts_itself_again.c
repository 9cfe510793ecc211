// attack: compute in an image of its own, started anew
// expect: too-slow
// defends: CPU time counts what a program becomes
// shape: race
// twin: again < 3 => again < 1
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

int main(int argc, char **argv) {
  uint64_t steps, x;
  if (argc > 1) {
    printf("%lu\n", digest(strtoul(argv[1], NULL, 10), strtoul(argv[2], NULL, 10)));
    return 0;
  }
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  char first[32], second[32];
  snprintf(first, sizeof first, "%lu", steps);
  snprintf(second, sizeof second, "%lu", x);
  char *again[] = {argv[0], first, second, NULL};
  execv("/proc/self/exe", again);
  return 1;
}
