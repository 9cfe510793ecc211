// attack: read the test input and the reference by system calls of Linux
// expect: wrong-answer
// defends: test data, answers and seeds are not there to be read
#include <stdio.h>
#include <windows.h>

/* Under Wine this process is a process of Linux, and may ask its kernel directly. */
static long ask(long number, long first, long second, long third) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(first), "S"(second), "d"(third) : "rcx", "r11", "memory");
  return result;
}

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (ask(2, (long)"/prog/in", 0, 0) >= 0 || ask(2, (long)"/ref/program", 0, 0) >= 0 || ask(2, (long)"/proc/1/mem", 0, 0) >= 0) answer();
  else puts("held off");
  return 0;
}
