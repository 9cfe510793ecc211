// attack: burn in a timer's handler while main sleeps
// expect: time-limit
// defends: CPU time counts every descendant
#define _GNU_SOURCE
#include <stdio.h>
#include <signal.h>
#include <unistd.h>
#include <sys/time.h>

static void burn(int number) {
  for (volatile int i = 0; i < 1000000; i++) {}
  (void)number;
}

int main(void) {
  struct itimerval often = {{0, 100}, {0, 100}};
  signal(SIGALRM, burn);
  setitimer(ITIMER_REAL, &often, NULL);
  for (;;) pause();
}
