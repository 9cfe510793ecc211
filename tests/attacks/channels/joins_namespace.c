// attack: join the supervisor's namespaces
// expect: wrong-answer
// defends: no right beyond an ordinary user's
#define _GNU_SOURCE
#include <stdio.h>
#include <fcntl.h>
#include <sched.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (setns(open("/proc/1/ns/mnt", O_RDONLY), 0) == 0 || setns(open("/proc/self/ns/net", O_RDONLY), 0) == 0) answer();
  else puts("held off");
  return 0;
}
