// attack: look into the reference's folder
// expect: wrong-answer
// defends: test data, answers and seeds are not there to be read
// windows: accepted
#define _GNU_SOURCE
#include <stdio.h>
#include <dirent.h>
#include <fcntl.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  if (opendir("/ref") != NULL || open("/ref/program", O_RDONLY) >= 0) answer();
  else puts("held off");
  return 0;
}
