// attack: flood standard error, then stop
// expect: output-limit, time-limit
// defends: who waits for ever is stopped
#define _GNU_SOURCE
#include <stdio.h>
#include <signal.h>


int main(void) {
  for (int i = 0; i < 100000; i++) fputs("spam spam spam\n", stderr);
  raise(SIGSTOP);
  return 0;
}
