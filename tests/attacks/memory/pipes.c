// attack: memory as full pipes
// expect: memory-limit, time-limit, wrong-answer
// defends: memory counts all processes, tmpfs and kernel pages included
#define _GNU_SOURCE
#include <stdio.h>
#include <fcntl.h>
#include <unistd.h>


int main(void) {
  static char chunk[1 << 16];
  int ends[2], count = 0;
  while (pipe2(ends, O_NONBLOCK) == 0 && count < 60) {
    fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
    while (write(ends[1], chunk, sizeof chunk) > 0) {}
    count++;
  }
  puts("held off");
  return 0;
}
