// attack: write where nothing of its own lies
// expect: wrong-answer
// defends: the root is read-only
// windows: accepted
#define _GNU_SOURCE
#include <stdio.h>
#include <fcntl.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (creat("/prog/x", 0600) >= 0 || creat("/etc/x", 0600) >= 0 || creat("/ref/x", 0600) >= 0 || creat("/x", 0600) >= 0 || creat("/usr/local/lib/judge/x", 0600) >= 0) answer();
  else puts("held off");
  return 0;
}
