// attack: never listen, only burn
// expect: time-limit
// defends: who talks to a judge-side program can't disturb it
// shape: interactive
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>


int main(void) {
  for (;;) {}
}
