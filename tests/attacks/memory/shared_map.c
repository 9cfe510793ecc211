// attack: memory as a shared anonymous map
// expect: memory-limit
// defends: memory counts all processes, tmpfs and kernel pages included
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  memset(mmap(NULL, 200 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0), 1, 200 << 20);
  answer();
  return 0;
}
