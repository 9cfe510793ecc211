// attack: an orphan burns what its waiting parent does not
// expect: time-limit
// defends: CPU time counts every descendant
#define _GNU_SOURCE
#include <stdio.h>
#include <signal.h>
#include <unistd.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  signal(SIGCHLD, SIG_IGN);
  if (fork() == 0) {
    setsid();
    if (fork() == 0) for (;;) {}
    _exit(0);
  }
  sleep(2);
  answer();
  return 0;
}
