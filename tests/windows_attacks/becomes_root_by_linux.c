// attack: become root, trace PID 1, change address randomisation, by system calls of Linux
// expect: wrong-answer
// defends: a program has no rights
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
  if (ask(105, 0, 0, 0) == 0 || ask(101, 16, 1, 0) == 0 || ask(135, 0x0040000, 0, 0) >= 0) answer();
  else puts("held off");
  return 0;
}
