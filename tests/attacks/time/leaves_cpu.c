// attack: leave the slot's CPU
// expect: wrong-answer
// defends: a slot keeps to its CPUs
#define _GNU_SOURCE
#include <stdio.h>
#include <sched.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

static int wider(void) {
  cpu_set_t all, mine;
  CPU_ZERO(&all);
  for (int i = 0; i < 64; i++) CPU_SET(i, &all);
  sched_setaffinity(0, sizeof all, &all);
  sched_getaffinity(0, sizeof mine, &mine);
  return CPU_COUNT(&mine) > 1;
}

int main(void) {
  if (wider()) answer();
  else puts("held off");
  return 0;
}
