// attack: context switches without end
// expect: time-limit
// defends: a neighbour pays nothing
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>


int main(void) {
  int there[2], back[2];
  char c = 0;
  if (pipe(there) != 0 || pipe(back) != 0) return 1;
  if (fork() == 0) for (;;) if (read(there[0], &c, 1) != 1 || write(back[1], &c, 1) != 1) _exit(0);
  for (;;) if (write(there[1], &c, 1) != 1 || read(back[0], &c, 1) != 1) return 1;
}
