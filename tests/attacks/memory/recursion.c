// attack: recurse for ever
// expect: memory-limit, runtime-error
// defends: a limit says what it limits
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>


static int dive(int n) {
  volatile char frame[4096];
  frame[n % 4096] = (char)n;
  return dive(n + 1) + frame[n % 4096];
}

int main(void) {
  return dive(1) + 0;
}
