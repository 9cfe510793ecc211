// attack: an initialised gigabyte
// expect: compile-error
// defends: compiling is as contained as running
char all[1 << 30] = {1};
int main(void) { return all[5]; }
