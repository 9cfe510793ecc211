// attack: fill the heap
// expect: memory-limit
// defends: memory counts all processes, tmpfs and kernel pages included
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


int main(void) {
  for (;;) memset(malloc(1 << 20), 1, 1 << 20);
}
