// attack: preload a library into whatever it starts
// expect: accepted
// defends: what a program starts is counted as its own
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (getenv("LD_PRELOAD") != NULL) { answer(); return 0; }
  setenv("LD_PRELOAD", "/tmp/none.so", 1);
  setenv("LD_DEBUG", "all", 1);
  execl("/proc/self/exe", "again", (char *)0);
  return 1;
}
