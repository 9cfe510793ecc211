// attack: each process starts two more
// expect: time-limit,memory-limit,runtime-error
// defends: a limit says what it limits
#include <stdio.h>
#include <windows.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  char self[MAX_PATH];
  GetModuleFileNameA(NULL, self, sizeof self);
  for (;;) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION made;
    CreateProcessA(self, NULL, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &made);
  }
}
