// attack: fill the memory bus
// expect: time-limit
// defends: a neighbour pays nothing
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>


int main(void) {
  static char from[20 << 20], to[20 << 20];
  for (int n = 0;; n++) {
    memcpy(to, from, sizeof to);
    from[n % sizeof from]++;
  }
}
