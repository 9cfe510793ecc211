// attack: a right answer while a child goes on burning
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
  if (fork() == 0) for (;;) {}
  answer();
  return 0;
}
