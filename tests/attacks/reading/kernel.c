// attack: read the kernel's memory and log
// expect: wrong-answer
// defends: no right beyond an ordinary user's
#define _GNU_SOURCE
#include <stdio.h>
#include <fcntl.h>
#include <sys/klog.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (open("/dev/mem", O_RDONLY) >= 0 || open("/dev/kmsg", O_RDONLY) >= 0 || klogctl(3, (char[64]){0}, 64) > 0) answer();
  else puts("held off");
  return 0;
}
