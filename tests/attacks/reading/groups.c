// attack: keep a supplementary group
// expect: wrong-answer
// defends: no right beyond an ordinary user's
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (getgroups(0, NULL) > 0 || getgid() == 0 || getegid() == 0) answer();
  else puts("held off");
  return 0;
}
