// attack: lock memory that others need
// expect: wrong-answer
// defends: memory counts all processes, tmpfs and kernel pages included
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (mlockall(MCL_CURRENT | MCL_FUTURE) == 0 && mmap(NULL, 32 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0) != MAP_FAILED) answer();
  else puts("held off");
  return 0;
}
