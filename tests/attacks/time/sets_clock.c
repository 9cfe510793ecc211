// attack: set the clock
// expect: wrong-answer
// defends: a program can't make itself look faster
#define _GNU_SOURCE
#include <stdio.h>
#include <time.h>
#include <sys/time.h>
#include <sys/timex.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

static struct timespec then = {1, 0};
static struct timeval before = {1, 0};
static struct timex change = {.modes = ADJ_OFFSET, .offset = 1};

int main(void) {
  if (clock_settime(CLOCK_REALTIME, &then) == 0 || settimeofday(&before, NULL) == 0 || adjtimex(&change) >= 0 && change.modes != 0) answer();
  else puts("held off");
  return 0;
}
