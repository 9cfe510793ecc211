// attack: let the kernel do the burning
// expect: time-limit
// defends: CPU time counts every descendant
#define _GNU_SOURCE
#include <stdio.h>
#include <fcntl.h>
#include <unistd.h>


int main(void) {
  static char chunk[1 << 16];
  int fd = open("/dev/zero", O_RDONLY);
  for (;;) read(fd, chunk, sizeof chunk);
}
