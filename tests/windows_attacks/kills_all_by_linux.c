// attack: kill everybody by a system call of Linux
// expect: runtime-error,wrong-answer
// defends: the supervisor cannot be reached
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
  ask(62, -1, 9, 0); /* kill(-1, SIGKILL): the wineserver, our supervisor, ourselves */
  answer();
  return 0;
}
