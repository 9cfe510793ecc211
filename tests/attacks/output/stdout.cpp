// attack: flood standard output
// expect: output-limit
// defends: what a program writes is bytes with a limit
#include <cstdio>

int main() {
  for (;;) puts("spam spam spam spam spam spam spam spam");
}
