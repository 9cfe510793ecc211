// attack: write the report of its own end beforehand, then crash
// expect: runtime-error,wrong-answer
// defends: what a program says of itself proves nothing
#include <stdio.h>
#include <windows.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  FILE *report = fopen("C:\\report", "wb");
  fputs("ending exited\nexit_code 0\n", report);
  fclose(report);
  SetFileAttributesA("C:\\report", FILE_ATTRIBUTE_READONLY);
  answer();
  fflush(stdout);
  *(volatile int *)0 = 1;
  return 0;
}
