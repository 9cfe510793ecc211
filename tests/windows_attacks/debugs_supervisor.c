// attack: debug our supervisor and write into it
// expect: wrong-answer,runtime-error,time-limit
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
  static char zeros[4096];
  for (BOOL more = Process32First(all, &one); more; more = Process32Next(all, &one)) {
    if (one.th32ProcessID == GetCurrentProcessId()) continue;
    HANDLE other = OpenProcess(PROCESS_ALL_ACCESS, FALSE, one.th32ProcessID);
    DebugActiveProcess(one.th32ProcessID);
    WriteProcessMemory(other, (void *)0x140001000, zeros, sizeof zeros, NULL);
  }
  puts("held off");
  return 0;
}
