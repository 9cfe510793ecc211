// attack: reboot the machine
// expect: wrong-answer
// defends: no right beyond an ordinary user's
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>
#include <sys/reboot.h>
#include <sys/syscall.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (syscall(SYS_reboot, 0xfee1dead, 672274793, 0x01234567, 0) == 0) answer();
  else puts("held off");
  return 0;
}
