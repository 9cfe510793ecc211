// attack: end by a signal of its own choice after a right answer
// expect: runtime-error
// defends: a limit says what it limits
#define _GNU_SOURCE
#include <stdio.h>
#include <signal.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  answer();
  fflush(stdout);
  raise(SIGUSR1);
  return 0;
}
