// attack: flushed, then emptied by opening it to read through /proc, and written again without a flush
// expect: refused
// defends: what a process claims is bounded from outside
// shape: save
#define _GNU_SOURCE
#include "save.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
static int put(int file, const char *d, size_t size) {
  for (; size > 0;) {
    ssize_t n = write(file, d, size);
    if (n <= 0) return 1;
    d += n, size -= (size_t)n;
  }
  return 0;
}
int save(const char *path, const void *data, size_t size) {
  char fresh[4096], way[64];
  snprintf(fresh, sizeof fresh, "%s.new", path);
  int file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (put(file, data, size) || fsync(file)) { unlink(fresh); return 1; }
  snprintf(way, sizeof way, "/proc/self/fd/%d", file);
  close(open(way, O_RDONLY | O_TRUNC));
  lseek(file, 0, SEEK_SET);
  if (put(file, data, size)) { unlink(fresh); return 1; }
  rename(fresh, path);
  return fsync(open("data", O_RDONLY | O_DIRECTORY));
}
