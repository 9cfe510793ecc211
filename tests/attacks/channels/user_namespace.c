// attack: make a user namespace
// expect: wrong-answer
// defends: no right beyond an ordinary user's
#define _GNU_SOURCE
#include <stdio.h>
#include <sched.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (unshare(CLONE_NEWUSER) == 0 || unshare(CLONE_NEWNET) == 0 || unshare(CLONE_NEWPID) == 0) answer();
  else puts("held off");
  return 0;
}
