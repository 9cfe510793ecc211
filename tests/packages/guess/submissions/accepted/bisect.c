#include <stdio.h>
#include <string.h>

int main(void) {
  int low = 1, high = 1001;
  char answer[16];
  while (1) {
    int middle = (low + high) / 2;
    printf("%d\n", middle);
    fflush(stdout);
    if (scanf("%15s", answer) != 1 || strcmp(answer, "correct") == 0) return 0;
    if (strcmp(answer, "lower") == 0) high = middle; else low = middle + 1;
  }
}
