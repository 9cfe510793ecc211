// attack: ask the kernel for pages, past the allocator that the problem prescribes
// expect: compile-error
// defends: an answer that must not bring an allocator can't ask for pages itself
// shape: crew
// twin: the reference
#include <stdio.h>
#include <sys/mman.h>

int main(void) {
  char *arena = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  arena[0] = '0';
  return printf("%c\n", arena[0]) < 0;
}
