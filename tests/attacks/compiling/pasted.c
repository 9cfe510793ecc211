// attack: call by a name pasted together what a filter would miss
// expect: wrong-answer
// defends: test data, answers and seeds are not there to be read
#include <stdlib.h>
#define PASTE(a, b) a##b

int main(void) { return PASTE(sys, tem)("cat /prog/in /prog/*.ans 2>/dev/null; echo held off"); }
