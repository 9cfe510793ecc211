// attack: read the supervisor's memory
// expect: wrong-answer
// defends: a program can't touch the supervisor
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/uio.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

static char bytes[8];
static struct iovec here = {bytes, 8}, there = {(void *)0x400000, 8};

int main(void) {
  if (process_vm_readv(1, &here, 1, &there, 1, 0) > 0) answer();
  else puts("held off");
  return 0;
}
