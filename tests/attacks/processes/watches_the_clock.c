// attack: wait on the wall clock with little CPU
// expect: time-limit
// defends: who waits for ever is stopped
#define _GNU_SOURCE
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  for (time_t end = time(NULL) + 60; time(NULL) < end;) usleep(1000);
  answer();
  return 0;
}
