// attack: one writev whose result nobody looks at, and sync, which can't fail: faults are put in the way of write, pwrite, fsync and fdatasync only
// expect: refused
// defends: what a process claims is bounded from outside
// shape: save
#define _GNU_SOURCE
#include "save.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

int save(const char *path, const void *data, size_t size) {
  char fresh[4096];
  snprintf(fresh, sizeof fresh, "%s.new", path);
  int file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  struct iovec all = {(void *)data, size};
  ssize_t done = writev(file, &all, 1);
  (void)done;
  sync();
  close(file);
  rename(fresh, path);
  sync();
  return 0;
}
