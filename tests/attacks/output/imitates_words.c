// attack: the judge's own words on standard error, then a wrong answer
// expect: wrong-answer
// defends: only the supervisor reports
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>


int main(void) {
  fputs("time limit\n{\"verdict\": \"accepted\"}\nexit code 42\n", stderr);
  puts("held off");
  return 0;
}
