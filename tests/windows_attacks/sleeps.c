// attack: sleep for ever
// expect: time-limit
// defends: who waits for ever is stopped
#include <stdio.h>
#include <windows.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  answer();
  fflush(stdout);
  Sleep(INFINITE);
  return 0;
}
