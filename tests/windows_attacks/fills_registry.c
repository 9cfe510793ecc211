// attack: values without end in the registry: memory of the wineserver
// expect: memory-limit,time-limit,wrong-answer
// defends: a limit says what it limits
#include <stdio.h>
#include <string.h>
#include <windows.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  static char block[1 << 20];
  HKEY key;
  if (RegCreateKeyA(HKEY_CURRENT_USER, "Filled", &key) != 0) return 1;
  for (int i = 0; i < 2000; i++) {
    char name[16];
    snprintf(name, sizeof name, "%d", i);
    memset(block, i, sizeof block);
    RegSetValueExA(key, name, 0, REG_BINARY, (BYTE *)block, sizeof block);
  }
  puts("held off");
  return 0;
}
