// attack: select on nothing
// expect: time-limit
// defends: who waits for ever is stopped
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/select.h>


int main(void) {
  select(0, NULL, NULL, NULL, NULL);
  return 0;
}
