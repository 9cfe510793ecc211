// attack: a crowd so small that the kernel kills the supervisor for memory
// expect: memory-limit, time-limit
// defends: a supervisor that dies of its program is the program's doing
#define _GNU_SOURCE
#include <stdio.h>
#include <fcntl.h>
#include <unistd.h>


int main(void) {
  int fd = open("/proc/self/oom_score_adj", O_WRONLY);
  write(fd, "0", 1);
  close(fd);
  for (;;) fork();
}
