// attack: handle its own page faults
// expect: wrong-answer
// defends: the kernel's odd corners are shut
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>
#include <sys/syscall.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (syscall(SYS_userfaultfd, 1) >= 0) answer();
  else puts("held off");
  return 0;
}
