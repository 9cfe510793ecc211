// attack: pause for ever
// expect: time-limit
// defends: who waits for ever is stopped
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>


int main(void) {
  pause();
  return 0;
}
