// attack: guess without end, listen never
// expect: wrong-answer
// defends: who talks to a judge-side program can't disturb it
// shape: interactive
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>


int main(void) {
  for (int n = 1;; n++) {
    printf("%d\n", n % 3 + 2000);
    fflush(stdout);
  }
}
