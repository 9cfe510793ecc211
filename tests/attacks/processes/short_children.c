// attack: thousands of children too short for a clock's tick
// expect: time-limit
// defends: CPU time counts every descendant
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>
#include <sys/wait.h>


int main(void) {
  for (;;) {
    if (fork() == 0) {
      for (volatile int i = 0; i < 200000; i++) {}
      _exit(0);
    }
    wait(NULL);
  }
}
