// attack: system calls in assembly, past any library
// expect: wrong-answer
// defends: test data, answers and seeds are not there to be read
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

long raw_open(const char *path);
__asm__(".globl raw_open\nraw_open:\n  xor %esi, %esi\n  xor %edx, %edx\n  mov $2, %eax\n  syscall\n  ret\n");

int main(void) {
  if (raw_open("/prog/in") >= 0) answer();
  else puts("held off");
  return 0;
}
