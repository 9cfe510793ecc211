// attack: include itself twice, again and again
// expect: compile-error
// defends: compiling is as contained as running
#include __FILE__
#include __FILE__
int main(void) { return 0; }
