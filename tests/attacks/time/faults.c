// attack: burn in page faults
// expect: time-limit, memory-limit
// defends: CPU time counts every descendant
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>


int main(void) {
  size_t size = 8 << 20;
  char *all = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (;;) {
    for (size_t at = 0; at < size; at += 4096) all[at] = 1;
    madvise(all, size, MADV_DONTNEED);
  }
}
