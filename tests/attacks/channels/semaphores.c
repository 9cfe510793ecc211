// attack: leave a note in System V semaphores
// expect: accepted
// defends: a test finds nothing of the one before
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/sem.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  int old = semget(7777, 1, 0600);
  semget(7777, 1, IPC_CREAT | 0600);
  if (old >= 0) puts("breach"); else answer();
  return 0;
}
