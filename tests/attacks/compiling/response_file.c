// attack: pass options by a pragma
// expect: accepted
// defends: options are the judge's
#pragma GCC optimize("O0")
#pragma GCC diagnostic ignored "-Wall"
#include <stdio.h>

int main(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}
