// attack: open a raw socket
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
  if (socket(AF_INET, SOCK_RAW, 1) >= 0 || socket(AF_PACKET, SOCK_RAW, 0) >= 0) answer();
  else puts("held off");
  return 0;
}
