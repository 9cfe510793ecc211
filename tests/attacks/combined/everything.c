// attack: a fork bomb that floods and fills
// expect: memory-limit, output-limit, time-limit
// defends: a neighbour pays nothing
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>


int main(void) {
  for (;;) {
    fork();
    memset(malloc(1 << 20), 1, 1 << 20);
    puts("spam spam spam spam");
  }
}
