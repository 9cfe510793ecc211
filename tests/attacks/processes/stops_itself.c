// attack: stop and wait for a SIGCONT that never comes
// expect: time-limit
// defends: who waits for ever is stopped
#define _GNU_SOURCE
#include <stdio.h>
#include <signal.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  raise(SIGSTOP);
  answer();
  return 0;
}
