// attack: keep its words in the buffer
// expect: time-limit
// defends: who talks to a judge-side program can't disturb it
// shape: interactive
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>


int main(void) {
  char line[64];
  printf("500\n");
  while (fgets(line, sizeof line, stdin) != NULL) {}
  return 0;
}
