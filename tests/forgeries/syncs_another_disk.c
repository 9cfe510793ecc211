// attack: syncfs of another file system, and no other flush
// expect: refused
// defends: what a process claims is bounded from outside
// shape: save
#define _GNU_SOURCE
#include "save.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int save(const char *path, const void *data, size_t size) {
  char fresh[4096];
  snprintf(fresh, sizeof fresh, "%s.new", path);
  int file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0600), other = open("/proc/self/status", O_RDONLY);
  const char *at = (const char *)data;
  while (size > 0) {
    ssize_t done = write(file, at, size);
    if (done <= 0) break;
    at += done, size -= done;
  }
  if (size > 0 || syncfs(other) != 0 || rename(fresh, path) != 0) {
    unlink(fresh);
    return 1;
  }
  syncfs(other);
  return 0;
}
