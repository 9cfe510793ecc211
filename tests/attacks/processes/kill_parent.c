// attack: kill the supervisor
// expect: wrong-answer
// defends: a program can't touch the supervisor
#define _GNU_SOURCE
#include <stdio.h>
#include <signal.h>
#include <unistd.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (kill(getppid(), SIGKILL) == 0) answer();
  else puts("held off");
  return 0;
}
