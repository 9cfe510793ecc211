// attack: a hard link to the supervisor
// expect: wrong-answer
// defends: the root is read-only
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (link("/usr/local/sbin/supervisor", "/tmp/s") == 0) answer();
  else puts("held off");
  return 0;
}
