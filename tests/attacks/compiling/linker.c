// attack: take the linker's own symbols
// expect: compile-error
// defends: compiling is as contained as running
void _start(void) {}
int main(void) { return 0; }
