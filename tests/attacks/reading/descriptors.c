// attack: use an inherited descriptor
// expect: wrong-answer
// defends: a program inherits 0, 1 and 2
#define _GNU_SOURCE
#include <stdio.h>
#include <fcntl.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

static int had(void) {
  for (int fd = 3; fd < 1024; fd++)
    if (fcntl(fd, F_GETFD) >= 0) return 1;
  return 0;
}

int main(void) {
  if (had()) answer();
  else puts("held off");
  return 0;
}
