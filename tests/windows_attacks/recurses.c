// attack: recurse for ever
// expect: runtime-error
// defends: a limit says what it limits
#include <stdio.h>
#include <windows.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

static volatile int depth;
static int deeper(int n) {
  volatile char block[512];
  block[n % 512] = (char)n;
  depth = n;
  return deeper(n + 1) + block[0];
}

int main(void) { return deeper(0); }
