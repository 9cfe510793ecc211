// attack: be cloned into a user namespace
// expect: wrong-answer
// defends: no right beyond an ordinary user's
#define _GNU_SOURCE
#include <stdio.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

static char stack[65536];
static int child(void *unused) { return unused != NULL; }

int main(void) {
  if (clone(child, stack + sizeof stack, CLONE_NEWUSER | SIGCHLD, NULL) > 0) answer();
  else puts("held off");
  return 0;
}
