// attack: overwrite the program that started the container
// expect: wrong-answer
// defends: the root is read-only
#define _GNU_SOURCE
#include <stdio.h>
#include <fcntl.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (open("/proc/1/exe", O_WRONLY) >= 0 || open("/usr/local/sbin/supervisor", O_WRONLY) >= 0) answer();
  else puts("held off");
  return 0;
}
