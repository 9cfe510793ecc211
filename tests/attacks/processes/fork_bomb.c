// attack: fork for ever
// expect: memory-limit, time-limit
// defends: a neighbour pays nothing
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>


int main(void) {
  for (;;) fork();
}
