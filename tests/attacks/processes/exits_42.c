// attack: a validator's accepting exit code, after a wrong answer
// expect: runtime-error
// defends: an exit code is no verdict
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>


int main(void) {
  puts("0 and nothing");
  exit(42);
}
