// attack: rise above the others
// expect: wrong-answer
// defends: no right beyond an ordinary user's
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  setpriority(PRIO_PROCESS, 0, -20);
  if (getpriority(PRIO_PROCESS, 0) == -20) answer();
  else puts("held off");
  return 0;
}
