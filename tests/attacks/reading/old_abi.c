// attack: system calls of the 32-bit table
// expect: runtime-error
// defends: test data, answers and seeds are not there to be read
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

static const char path[] = "/prog/in";

static int had(void) {
  int got;
  __asm__ volatile("int $0x80" : "=a"(got) : "a"(5), "b"(path), "c"(0), "d"(0) : "memory");
  return got >= 0;
}

int main(void) {
  if (had()) answer();
  else puts("held off");
  return 0;
}
