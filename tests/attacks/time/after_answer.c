// attack: answer, close the output, and go on
// expect: time-limit
// defends: CPU time counts every descendant
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  answer();
  fclose(stdout);
  close(2);
  for (;;) {}
}
