// attack: stop itself by SIGSTOP, as our supervisor does to say that it is ready
// expect: time-limit
// defends: who waits for ever is stopped
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
  answer();
  fflush(stdout);
  ask(62, ask(39, 0, 0, 0), 19, 0);
  return 0;
}
