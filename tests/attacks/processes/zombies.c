// attack: leave zombies unwaited, then answer
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
  for (int i = 0; i < 100; i++)
    if (fork() == 0) _exit(0);
  usleep(50000);
  answer();
  return 0;
}
