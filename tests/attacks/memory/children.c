// attack: eight children with sixteen megabytes each
// expect: memory-limit
// defends: memory counts all processes, tmpfs and kernel pages included
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  for (int i = 0; i < 8; i++)
    if (fork() == 0) {
      volatile char *mine = malloc(16 << 20);
      for (int at = 0; at < 16 << 20; at += 4096) mine[at] = 1;
      sleep(2);
      _exit(0);
    }
  while (wait(NULL) > 0) {}
  answer();
  return 0;
}
