// attack: a right save into another directory of the same name; the real file is replaced, unflushed, through a symbolic link
// expect: refused
// defends: what a process claims is bounded from outside
// shape: save
#define _GNU_SOURCE
#include "save.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int put(const char *name, const void *data, size_t size, int flush) {
  int file = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  size_t done = 0;
  while (file >= 0 && done < size) {
    ssize_t more = write(file, (const char *)data + done, size - done);
    if (more <= 0) break;
    done += (size_t)more;
  }
  if (file >= 0 && flush && fsync(file) != 0) done = size + 1;
  return file >= 0 && close(file) == 0 && done == size ? 0 : -1;
}

int save(const char *path, const void *data, size_t size) {
  mkdir("decoy", 0700);
  mkdir("decoy/data", 0700);
  if (symlink("data", "way") != 0) return -1;
  if (put("decoy/data/fresh", data, size, 1) != 0) return -1;
  if (put("decoy/quick", data, size, 0) != 0) return -1;
  rename("decoy/data/fresh", "decoy/data/current");
  int directory = open("decoy/data", O_RDONLY | O_DIRECTORY);
  if (directory < 0 || fsync(directory) != 0) return -1;
  return path == NULL ? -1 : rename("decoy/quick", "way/current");
}
