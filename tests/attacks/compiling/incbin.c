// attack: assemble a secret file in
// expect: compile-error
// defends: nothing worth reading lies where it is compiled
__asm__(".incbin \"/prog/in\"");
int main(void) { return 0; }
