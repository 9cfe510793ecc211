// attack: ask for too much at once, and give up
// expect: runtime-error
// defends: a limit says what it limits
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>


int main(void) {
  return malloc((size_t)1 << 46) == NULL ? 1 : 0;
}
