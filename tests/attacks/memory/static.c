// attack: a static gigabyte, touched
// expect: memory-limit
// defends: memory counts all processes, tmpfs and kernel pages included
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

static char big[1 << 30];

int main(void) {
  memset(big, 1, sizeof big);
  return big[7];
}
