// attack: daemons in sessions of their own, then a right answer
// expect: accepted
// defends: nothing of a program outlives its test
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  for (int i = 0; i < 20; i++)
    if (fork() == 0) {
      setsid();
      if (fork() == 0) for (;;) pause();
      _exit(0);
    }
  answer();
  return 0;
}
