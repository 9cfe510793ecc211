// attack: memory by VirtualAlloc, touched
// expect: memory-limit
// defends: a limit says what it limits
#include <stdio.h>
#include <windows.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  for (int i = 0; i < 64; i++) {
    char *block = VirtualAlloc(NULL, 16 << 20, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    if (block == NULL) return 1;
    for (int at = 0; at < 16 << 20; at += 4096) block[at] = 1;
  }
  answer();
  return 0;
}
