// attack: leak in tiny pieces
// expect: memory-limit
// defends: memory counts all processes, tmpfs and kernel pages included
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>


int main(void) {
  for (;;) *(volatile char *)malloc(16) = 1;
}
