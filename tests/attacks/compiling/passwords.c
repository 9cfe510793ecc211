// attack: include the password file
// expect: compile-error
// defends: nothing worth reading lies where it is compiled
#include "/etc/passwd"
int main(void) { return 0; }
