// attack: stop itself by SIGSTOP and let a child wake it, to be slow by the clock alone
// expect: too-slow
// defends: CPU time has a bar by the clock beside it
// shape: race
// twin: usleep(180000) => usleep(1800)
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

static uint64_t digest(uint64_t steps, volatile uint64_t start) {
  uint64_t x = 0;
  for (int again = 0; again < 1; again++) {
    x = start;
    for (uint64_t i = 0; i < steps; i++) x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15u + i;
  }
  return x;
}

int main(void) {
  uint64_t steps, x;
  pid_t self = getpid();
  if (scanf("%lu %lu", &steps, &x) != 2) return 1;
  x = digest(steps, x);
  if (fork() == 0) {
    usleep(180000);
    kill(self, SIGCONT);
    _exit(0);
  }
  raise(SIGSTOP);
  printf("%lu\n", x);
}
