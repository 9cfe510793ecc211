// attack: take a descriptor out of the supervisor
// expect: wrong-answer
// defends: a program can't touch the supervisor
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>
#include <sys/syscall.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (syscall(438, syscall(434, 1, 0), 0, 0) >= 0) answer();
  else puts("held off");
  return 0;
}
