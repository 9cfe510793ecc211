// attack: leave a note in a kernel keyring
// expect: wrong-answer
// defends: no channel to another container
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>
#include <sys/syscall.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (syscall(SYS_add_key, "user", "note", "x", 1, -4) >= 0 || syscall(SYS_keyctl, 0, -4, 1) >= 0) answer();
  else puts("held off");
  return 0;
}
