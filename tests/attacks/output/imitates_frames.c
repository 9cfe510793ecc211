// attack: the supervisor's frames on both outputs
// expect: wrong-answer
// defends: only the supervisor reports
#define _GNU_SOURCE
#include <stdio.h>
#include <stdint.h>
#include <unistd.h>


int main(void) {
  struct { uint32_t kind, argument; uint64_t length; unsigned char body[64]; } result = {68, 0, 64, {0}};
  for (int i = 0; i < 20; i++) {
    write(1, &result, sizeof result);
    write(2, &result, sizeof result);
  }
  return 0;
}
