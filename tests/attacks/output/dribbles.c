// attack: a byte now and then, for ever
// expect: time-limit
// defends: who waits for ever is stopped
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>


int main(void) {
  for (;;) {
    write(1, "5", 1);
    usleep(50000);
  }
}
