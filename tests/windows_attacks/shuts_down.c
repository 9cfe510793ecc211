// attack: shut Windows down, and ask a question that nobody answers
// expect: wrong-answer,time-limit
// defends: who waits for ever is stopped
#include <stdio.h>
#include <windows.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

typedef int(WINAPI *box)(HWND, const char *, const char *, UINT);

int main(void) {
  HMODULE user = LoadLibraryA("user32.dll");
  typedef BOOL(WINAPI *leave)(UINT, DWORD);
  leave go = (leave)(void *)GetProcAddress(user, "ExitWindowsEx");
  box ask_user = (box)(void *)GetProcAddress(user, "MessageBoxA");
  if (go != NULL) go(EWX_SHUTDOWN | EWX_FORCE, 0);
  if (ask_user != NULL) ask_user(NULL, "Go on?", "Judge", MB_OK);
  puts("held off");
  return 0;
}
