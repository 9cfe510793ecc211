// attack: the shell's fork bomb
// expect: wrong-answer, memory-limit, time-limit, runtime-error
// defends: a neighbour pays nothing
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>


int main(void) {
  execl("/bin/sh", "sh", "-c", ":(){ :|:& };:", (char *)0);
  return 1;
}
