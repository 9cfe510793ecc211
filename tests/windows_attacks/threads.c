// attack: threads without end
// expect: time-limit,memory-limit,runtime-error,wrong-answer
// defends: a limit says what it limits
#include <stdio.h>
#include <windows.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

static DWORD WINAPI wait_for_ever(void *unused) {
  (void)unused;
  Sleep(INFINITE);
  return 0;
}

int main(void) {
  for (;;) CreateThread(NULL, 1 << 20, wait_for_ever, NULL, 0, NULL);
}
