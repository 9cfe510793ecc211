// attack: output without end by WriteFile
// expect: output-limit
// defends: a limit says what it limits
#include <stdio.h>
#include <windows.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  static char block[1 << 16];
  DWORD done;
  for (;;) WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), block, sizeof block, &done, NULL);
}
