// attack: tell a byte of the secret input by the exit code
// expect: runtime-error
// defends: what a candidate is shown of a secret test does not depend on its input
// shape: secret
#include <stdio.h>

int main(void) {
  long a = 0, b = 0;
  if (scanf("%ld %ld", &a, &b) != 2) return 1;
  return (int)((a ^ b) % 250) + 1;
}
