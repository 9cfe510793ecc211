// attack: become root again
// expect: wrong-answer
// defends: no right beyond an ordinary user's
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (setuid(0) == 0 || setresuid(0, 0, 0) == 0 || setgid(0) == 0 || seteuid(0) == 0) answer();
  else puts("held off");
  return 0;
}
