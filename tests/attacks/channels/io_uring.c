// attack: set up an io_uring
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
static char params[256];

int main(void) {
  if (syscall(SYS_io_uring_setup, 8, params) >= 0) answer();
  else puts("held off");
  return 0;
}
