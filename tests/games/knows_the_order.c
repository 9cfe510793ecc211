// attack: count the runs, and work only in those that tests are made of
// expect: too-slow, wrong-answer
// defends: nothing of a run is left for the next to count
// shape: race
// twin: again < 3 => again < 1
// twin2: steps = 1; => steps += 0;
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

int main(void) {
  uint64_t steps, x;
  long runs = 0;
  FILE *count = fopen("/tmp/runs", "a+");
  if (count != NULL) {
    fputc('.', count);
    runs = ftell(count);
    fclose(count);
  }
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  if (runs > 3) steps = 1;
  printf("%lu\n", digest(steps, x));
}
