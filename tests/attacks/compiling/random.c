// attack: include endless randomness
// expect: compile-error
// defends: compiling is as contained as running
#include </dev/random>
int main(void) { return 0; }
