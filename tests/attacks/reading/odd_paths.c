// attack: paths that a filter of names would miss
// expect: wrong-answer
// defends: test data, answers and seeds are not there to be read
#define _GNU_SOURCE
#include <stdio.h>
#include <fcntl.h>
#include <string.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (open("/proc/self/root/prog/in", O_RDONLY) >= 0 || open("/prog/../prog//./in", O_RDONLY) >= 0 || open(NULL, O_RDONLY) >= 0 || open("/proc/1/root/prog/in", O_RDONLY) >= 0 || open("/proc/self/cwd/../prog/in", O_RDONLY) >= 0) answer();
  else puts("held off");
  return 0;
}
