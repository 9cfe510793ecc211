// attack: rename files without end
// expect: time-limit
// defends: a neighbour pays nothing
#define _GNU_SOURCE
#include <stdio.h>
#include <fcntl.h>


int main(void) {
  creat("/tmp/a", 0600);
  for (;;) {
    rename("/tmp/a", "/tmp/b");
    rename("/tmp/b", "/tmp/a");
  }
}
