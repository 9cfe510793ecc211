// attack: one page in each two megabytes: memory as page tables
// expect: memory-limit
// defends: memory counts all processes, tmpfs and kernel pages included
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>

static void answer(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) == 2) printf("%lld\n", a + b);
}

int main(void) {
  size_t all = (size_t)1 << 40;
  char *base = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  madvise(base, all, MADV_NOHUGEPAGE);
  for (size_t at = 0; at < all; at += 2 << 20) base[at] = 1;
  answer();
  return 0;
}
