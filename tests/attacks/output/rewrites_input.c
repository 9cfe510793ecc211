// attack: rewrite the input that the validator reads
// expect: wrong-answer
// defends: what a checker reads can't be changed
#define _GNU_SOURCE
#include <stdio.h>
#include <fcntl.h>
#include <unistd.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (write(0, "0 0\n", 4) == 4 || open("/proc/self/fd/0", O_WRONLY) >= 0 || open("/prog/in", O_WRONLY) >= 0) answer();
  else puts("held off");
  return 0;
}
