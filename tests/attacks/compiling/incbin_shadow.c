// attack: assemble the password file in
// expect: compile-error
// defends: nothing worth reading lies where it is compiled
__asm__(".incbin \"/etc/shadow\"");
int main(void) { return 0; }
