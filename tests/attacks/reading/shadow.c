// attack: read the password file
// expect: wrong-answer
// defends: no right beyond an ordinary user's
#define _GNU_SOURCE
#include <stdio.h>
#include <fcntl.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (open("/etc/shadow", O_RDONLY) >= 0) answer();
  else puts("held off");
  return 0;
}
