// attack: one frame larger than the stack
// expect: runtime-error
// defends: a limit says what it limits
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>


int main(void) {
  volatile char frame[200 << 20];
  frame[0] = 1;
  return frame[0];
}
