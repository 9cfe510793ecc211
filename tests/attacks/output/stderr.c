// attack: flood standard error
// expect: output-limit
// defends: what a program writes is bytes with a limit
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>


int main(void) {
  for (;;) fputs("spam spam spam spam spam spam spam spam\n", stderr);
}
