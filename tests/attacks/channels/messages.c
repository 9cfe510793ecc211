// attack: make a System V message queue
// expect: wrong-answer
// defends: no channel to another container
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/msg.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (msgget(7777, IPC_CREAT | 0600) >= 0) answer();
  else puts("held off");
  return 0;
}
