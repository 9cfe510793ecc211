// attack: a file over the limit
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
  static char chunk[1 << 20];
  int fd = open("/tmp/big", O_RDWR | O_CREAT, 0600);
  for (int i = 0; i < 40; i++) write(fd, chunk, sizeof chunk);
  answer();
  return 0;
}
