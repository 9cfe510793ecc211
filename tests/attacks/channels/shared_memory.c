// attack: leave a note in System V shared memory
// expect: accepted
// defends: a test finds nothing of the one before
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/shm.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  int old = shmget(7777, 4096, 0600);
  int id = shmget(7777, 4096, IPC_CREAT | 0600);
  if (id >= 0) strcpy(shmat(id, NULL, 0), "note");
  if (old >= 0) puts("breach"); else answer();
  return 0;
}
