// attack: raise its own limits
// expect: wrong-answer
// defends: a program can't make itself look faster
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}
static struct rlimit more = {1 << 20 | (rlim_t)1 << 40, 1 << 20 | (rlim_t)1 << 40};

int main(void) {
  if (setrlimit(RLIMIT_NOFILE, &more) == 0 || setrlimit(RLIMIT_FSIZE, &more) == 0 || setrlimit(RLIMIT_CORE, &more) == 0) answer();
  else puts("held off");
  return 0;
}
