// attack: a hardware exception
// expect: runtime-error
// defends: a limit says what it limits
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  volatile int zero = 0;
  answer();
  return 100 / zero;
}
