// attack: close all its descriptors
// expect: wrong-answer
// defends: what a program writes is bytes with a limit
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>


int main(void) {
  close(0);
  close(1);
  close(2);
  return 0;
}
