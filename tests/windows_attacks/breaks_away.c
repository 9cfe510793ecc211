// attack: a child that breaks away from the job and holds the output, then a right answer
// expect: accepted
// defends: nothing of a program outlives its test
#include <stdio.h>
#include <windows.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(int count, char **words) {
  (void)words;
  if (count > 1) Sleep(INFINITE);
  char self[MAX_PATH], line[MAX_PATH + 8];
  GetModuleFileNameA(NULL, self, sizeof self);
  snprintf(line, sizeof line, "%s child", self);
  const DWORD ways[] = {CREATE_BREAKAWAY_FROM_JOB, DETACHED_PROCESS, 0};
  for (int i = 0; i < 3; i++) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION made;
    CreateProcessA(NULL, line, NULL, NULL, TRUE, ways[i], NULL, NULL, &startup, &made);
  }
  answer();
  return 0;
}
