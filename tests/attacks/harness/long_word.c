// attack: a word of endless digits
// expect: wrong-answer, output-limit, time-limit, runtime-error
// defends: who talks to a judge-side program can't disturb it
// shape: interactive
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>


int main(void) {
  for (;;) putchar('7');
}
