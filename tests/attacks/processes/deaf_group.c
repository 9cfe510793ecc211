// attack: ignore every signal in a group of its own
// expect: accepted
// defends: nothing of a program outlives its test
#define _GNU_SOURCE
#include <stdio.h>
#include <signal.h>
#include <unistd.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (fork() == 0) {
    setpgid(0, 0);
    for (int i = 1; i < 64; i++) signal(i, SIG_IGN);
    for (;;) pause();
  }
  answer();
  return 0;
}
