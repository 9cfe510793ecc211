// attack: flushes a file of another file system that has the new file's inode number; the new file is never flushed
// expect: refused
// defends: what a process claims is bounded from outside
// shape: save
/* The file's number is looked for among anonymous files of another file system, and one such is flushed. */
#define _GNU_SOURCE
#include "save.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/stat.h>
int save(const char *path, const void *data, size_t size) {
  char fresh[4096];
  struct stat want, have;
  snprintf(fresh, sizeof fresh, "%s.new", path);
  int file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0600), bad = 0, other = -1;
  fstat(file, &want);
  for (const char *d = data; size > 0 && !bad;) {
    ssize_t n = write(file, d, size);
    if (n <= 0) bad = 1;
    else d += n, size -= (size_t)n;
  }
  for (int i = 0; i < 30000 && !bad; i++) {
    other = open("/dev/shm/x", O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fstat(other, &have) == 0 && have.st_ino == want.st_ino) break;
    unlink("/dev/shm/x"); if (i == 0) fprintf(stderr, "want %lu have %lu\n", want.st_ino, have.st_ino);
    close(other);
    other = -1;
  }
  if (other < 0 && !bad) { unlink(fresh); return 1; }
  if (bad || fsync(other < 0 ? file : other) != 0) { unlink(fresh); return 1; }
  rename(fresh, path);
  int folder = open("data", O_RDONLY | O_DIRECTORY);
  return fsync(folder);
}
