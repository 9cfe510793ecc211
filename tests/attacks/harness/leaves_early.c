// attack: leave before the first word
// expect: wrong-answer
// defends: who talks to a judge-side program can't disturb it
// shape: interactive
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>


int main(void) {
  exit(0);
}
