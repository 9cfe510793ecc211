// attack: answer right, with as much memory as the secret input says
// expect: accepted
// defends: what a candidate is shown of a secret test does not depend on its input
// shape: secret
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  long a = 0, b = 0;
  if (scanf("%ld %ld", &a, &b) != 2) return 1;
  size_t size = (size_t)(a & 15) << 20;
  char *block = malloc(size + 1);
  memset(block, 1, size + 1);
  printf("%ld\n", a + b - block[size] + 1);
  free(block);
}
