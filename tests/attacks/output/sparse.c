// attack: a sparse file of two gigabytes
// expect: output-limit
// defends: a limit says what it limits
// windows: accepted
#define _GNU_SOURCE
#include <stdio.h>
#include <fcntl.h>
#include <unistd.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  int fd = open("/tmp/big", O_RDWR | O_CREAT, 0600);
  lseek(fd, (off_t)2 << 30, SEEK_SET);
  write(fd, "x", 1);
  answer();
  return 0;
}
