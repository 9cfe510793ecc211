// attack: a program of sixteen gigabytes
// expect: compile-error
// defends: compiling is as contained as running
int main[-1u] = {1};
