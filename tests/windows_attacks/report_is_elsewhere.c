// attack: make a folder where the report of its end belongs
// expect: runtime-error
// defends: what a program says of itself proves nothing
#include <stdio.h>
#include <windows.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  CreateDirectoryA("C:\\report", NULL);
  *(volatile int *)0 = 1;
  return 0;
}
