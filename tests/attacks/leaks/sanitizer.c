// attack: die in a function whose name spells the secret input, for the sanitizer's report
// expect: memory-error
// defends: what a candidate is shown of a secret test does not depend on its input
// shape: secret
#include <stdio.h>
#include <stdlib.h>

#define SPELL(n) __attribute__((noinline)) static int secret_is_##n(char *at) { return at[8 + n]; }
SPELL(0) SPELL(1) SPELL(2) SPELL(3)

int main(void) {
  static int (*const spell[])(char *) = {secret_is_0, secret_is_1, secret_is_2, secret_is_3};
  long a = 0, b = 0;
  if (scanf("%ld %ld", &a, &b) != 2) return 1;
  char *block = calloc(8, 1);
  if (a > 1000) a += spell[a & 3](block) * 0; /* the samples are small */
  printf("%ld\n", a + b);
  free(block);
}
