// attack: answer right, after as much CPU time as the secret input says
// expect: accepted
// defends: what a candidate is shown of a secret test does not depend on its input
// shape: secret
#include <stdio.h>
#include <time.h>

int main(void) {
  long a = 0, b = 0;
  if (scanf("%ld %ld", &a, &b) != 2) return 1;
  while (clock() < (a & 15) * CLOCKS_PER_SEC / 40) {}
  printf("%ld\n", a + b);
}
