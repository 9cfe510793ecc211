// attack: reach files of Linux by paths of Wine, and by a drive made for it
// expect: wrong-answer
// defends: test data, answers and seeds are not there to be read
#include <stdio.h>
#include <windows.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

static int opens(const char *path) {
  return CreateFileA(path, GENERIC_READ, 7, NULL, OPEN_EXISTING, 0, NULL) != INVALID_HANDLE_VALUE;
}

int main(void) {
  DefineDosDeviceA(DDD_RAW_TARGET_PATH, "y:", "\\??\\unix\\");
  if (opens("\\\\?\\unix\\prog\\in") || opens("\\\\?\\unix\\etc\\shadow") || opens("y:\\prog\\in") || opens("C:\\prog\\in") ||
      opens("C:\\ref\\program"))
    answer();
  else puts("held off");
  return 0;
}
