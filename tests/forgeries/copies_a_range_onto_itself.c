// attack: copy_file_range to an offset of its own, while the position of a descriptor that writes through walks over the file
// expect: refused
// defends: what a process claims is bounded from outside
// shape: save
#define _GNU_SOURCE
#include "save.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int save(const char *path, const void *data, size_t size) {
  char fresh[4096];
  snprintf(fresh, sizeof fresh, "%s.new", path);
  int file = open(fresh, O_RDWR | O_CREAT | O_TRUNC, 0600), failed = 0;
  const char *d = data;
  for (size_t left = size; left > 0 && !failed;) {
    ssize_t n = write(file, d, left);
    if (n <= 0) failed = 1;
    else d += n, left -= (size_t)n;
  }
  int durable = open(fresh, O_WRONLY | O_DSYNC), old = open("data/b", O_RDWR | O_CREAT, 0600);
  unlink("data/b");
  size_t piece = 900;
  if (!failed && write(old, data, size < piece ? size : piece) < 0) failed = 1;
  for (size_t at = 0; at < size && !failed;) {
    off_t from = 0, to = 0;
    size_t n = size - at < piece ? size - at : piece;
    lseek(durable, (off_t)at, SEEK_SET);
    ssize_t done = copy_file_range(old, &from, durable, &to, n, 0);
    if (done <= 0) failed = 1;
    else at += (size_t)done;
  }
  if (failed) { unlink(fresh); return 1; }
  rename(fresh, path);
  return fsync(open("data", O_RDONLY | O_DIRECTORY));
}
