// attack: make its pipes odd: not blocking, of one page
// expect: accepted
// defends: what a program writes is bytes with a limit
#define _GNU_SOURCE
#include <stdio.h>
#include <fcntl.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  for (int fd = 1; fd <= 2; fd++) {
    fcntl(fd, F_SETFL, O_NONBLOCK);
    fcntl(fd, F_SETPIPE_SZ, 4096);
  }
  answer();
  return 0;
}
