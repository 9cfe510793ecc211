// attack: a right answer and endless white space
// expect: output-limit
// defends: what a program writes is bytes with a limit
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  answer();
  for (;;) putchar(' ');
}
