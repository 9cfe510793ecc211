// attack: include standard input
// expect: compile-error
// defends: compiling is as contained as running
#include "/dev/stdin"
#include "/dev/tty"
int main(void) { return 0; }
