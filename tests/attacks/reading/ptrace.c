// attack: trace the supervisor
// expect: wrong-answer
// defends: a program can't touch the supervisor
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/ptrace.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (ptrace(PTRACE_ATTACH, 1, 0, 0) == 0 || ptrace(PTRACE_SEIZE, 1, 0, 0) == 0) answer();
  else puts("held off");
  return 0;
}
