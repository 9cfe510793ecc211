// attack: include endless zeros
// expect: compile-error
// defends: compiling is as contained as running
#include </dev/zero>
int main() {}
