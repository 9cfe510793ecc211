// attack: the old file itself is overwritten by splice, which is not watched; a perfect save is made of another file in x/data/
// expect: refused
// defends: what a process claims is bounded from outside
// shape: save
#define _GNU_SOURCE
#include "save.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

int save(const char *path, const void *data, size_t size) {
  struct iovec all = {(void *)data, size};
  int ends[2], file = open(path, O_WRONLY);
  size_t at = 0;
  if (pipe(ends) != 0) return -1;
  while (at < size) {
    struct iovec part = {(char *)data + at, size - at < 4096 ? size - at : 4096};
    ssize_t in = vmsplice(ends[1], &part, 1, 0);
    if (in <= 0 || splice(ends[0], NULL, file, NULL, (size_t)in, 0) != in) break;
    at += (size_t)in;
  }
  mkdir("x", 0700);
  mkdir("x/data", 0700);
  int show = open("x/data/new", O_WRONLY | O_CREAT, 0600);
  if (writev(show, &all, 1) < 0) return -1;
  sync();
  rename("x/data/new", "x/data/current");
  sync();
  return 0;
}
