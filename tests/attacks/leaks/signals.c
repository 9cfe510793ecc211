// attack: tell some bits of the secret input by the signal that it dies of
// expect: runtime-error
// defends: what a candidate is shown of a secret test does not depend on its input
// shape: secret
#include <signal.h>
#include <stdio.h>

int main(void) {
  static const int signals[] = {SIGILL, SIGFPE, SIGBUS, SIGSEGV, SIGTERM, SIGUSR1, SIGSYS, SIGTRAP};
  long a = 0, b = 0;
  if (scanf("%ld %ld", &a, &b) != 2) return 1;
  signal(signals[(a ^ b) & 7], SIG_DFL);
  return raise(signals[(a ^ b) & 7]);
}
