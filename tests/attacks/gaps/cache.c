// attack: thrash the cache that the neighbour uses
// expect: time-limit
// defends: a neighbour pays nothing
#define _GNU_SOURCE
#include <stdio.h>
#include <stdint.h>


int main(void) {
  static volatile char big[24 << 20];
  for (uint64_t at = 1;; at = at * 6364136223846793005u + 1) big[(at >> 24) % sizeof big]++;
}
