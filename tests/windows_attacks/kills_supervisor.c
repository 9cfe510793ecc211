// attack: end our supervisor for Windows
// expect: runtime-error
// defends: the supervisor cannot be reached
#include <stdio.h>
#include <windows.h>
#include <tlhelp32.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  PROCESSENTRY32 one = {.dwSize = sizeof one};
  for (BOOL more = Process32First(all, &one); more; more = Process32Next(all, &one))
    if (one.th32ProcessID != GetCurrentProcessId()) {
      HANDLE other = OpenProcess(PROCESS_TERMINATE, FALSE, one.th32ProcessID);
      TerminateProcess(other, 77);
    }
  Sleep(500);
  answer();
  return 0;
}
