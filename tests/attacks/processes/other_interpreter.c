// attack: let another interpreter answer
// expect: accepted
// defends: what a program starts is counted as its own
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>


int main(void) {
  execl("/usr/bin/python3", "python3", "-c", "print(sum(map(int, input().split())))", (char *)0);
  return 1;
}
