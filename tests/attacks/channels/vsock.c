// attack: call the hypervisor
// expect: wrong-answer
// defends: the kernel's odd corners are shut
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/socket.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (socket(AF_VSOCK, SOCK_STREAM, 0) >= 0) answer();
  else puts("held off");
  return 0;
}
