// attack: bring an allocator of one's own where the problem forbids it
// expect: compile-error
// defends: names of the allocator are refused in an answer's objects
// shape: crew
// twin: the reference
#include <stddef.h>
#include <stdio.h>

static char arena[1 << 20];
static size_t used;
void *malloc(size_t size) {
  void *at = arena + used;
  used += (size + 15) & ~(size_t)15;
  return at;
}
void free(void *at) { (void)at; }

int main(void) { return printf("0\n") < 0; }
