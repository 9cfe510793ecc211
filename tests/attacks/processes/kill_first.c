// attack: kill process 1
// expect: wrong-answer
// defends: a program can't touch the supervisor
#define _GNU_SOURCE
#include <stdio.h>
#include <signal.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (kill(1, SIGKILL) == 0 || kill(1, SIGTERM) == 0) answer();
  else puts("held off");
  return 0;
}
