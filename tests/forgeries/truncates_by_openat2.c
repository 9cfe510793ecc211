// attack: flushed, then emptied by openat2, and written again without a flush
// expect: refused
// defends: what a process claims is bounded from outside
// shape: save
#define _GNU_SOURCE
#include "save.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <linux/openat2.h>
static int put(int file, const char *d, size_t size) {
  for (; size > 0;) {
    ssize_t n = write(file, d, size);
    if (n <= 0) return 1;
    d += n, size -= (size_t)n;
  }
  return 0;
}
int save(const char *path, const void *data, size_t size) {
  char fresh[4096];
  snprintf(fresh, sizeof fresh, "%s.new", path);
  int file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (put(file, data, size) || fsync(file)) { unlink(fresh); return 1; }
  struct open_how how = {.flags = O_WRONLY | O_TRUNC};
  int again = (int)syscall(SYS_openat2, AT_FDCWD, fresh, &how, sizeof how);
  if (again < 0 || put(again, data, size)) { unlink(fresh); return 1; }
  rename(fresh, path);
  return fsync(open("data", O_RDONLY | O_DIRECTORY));
}
