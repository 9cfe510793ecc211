// attack: type into its parent's terminal
// expect: wrong-answer
// defends: no channel to another container
#define _GNU_SOURCE
#include <stdio.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (ioctl(0, TIOCSTI, "x") == 0 || ioctl(open("/dev/tty", O_RDWR), TIOCSTI, "x") == 0) answer();
  else puts("held off");
  return 0;
}
