// attack: make a POSIX message queue
// expect: wrong-answer
// defends: no channel to another container
#define _GNU_SOURCE
#include <stdio.h>
#include <fcntl.h>
#include <mqueue.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (mq_open("/note", O_CREAT | O_RDWR, 0600, NULL) != (mqd_t)-1) answer();
  else puts("held off");
  return 0;
}
