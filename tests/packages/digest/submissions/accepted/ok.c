#include <stdint.h>
#include <stdio.h>

int main(void) {
  uint64_t steps, x;
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  for (uint64_t i = 0; i < steps; i++) x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15u + i;
  printf("%lu\n", x);
}
