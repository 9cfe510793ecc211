// attack: mount a file system
// expect: wrong-answer
// defends: no right beyond an ordinary user's
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mount.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (mount("x", "/tmp", "tmpfs", 0, NULL) == 0 || umount("/tmp") == 0) answer();
  else puts("held off");
  return 0;
}
