// attack: become a real-time process
// expect: wrong-answer
// defends: no right beyond an ordinary user's
#define _GNU_SOURCE
#include <stdio.h>
#include <sched.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}
static struct sched_param high = {50};

int main(void) {
  sched_setscheduler(0, SCHED_FIFO, &high);
  sched_setscheduler(0, SCHED_RR, &high);
  if (sched_getscheduler(0) != SCHED_OTHER) answer();
  else puts("held off");
  return 0;
}
