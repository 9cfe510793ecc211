// attack: sixty thousand calls before an honest save: its log fills memory and takes a slot for minutes
// expect: refused
// defends: a run ends in a bounded time
// shape: save
/* An honest save, after which names of 200 bytes are opened and removed for as long as the time lasts: a log of 100 MB and more. */
#define _GNU_SOURCE
#include "save.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
int save(const char *path, const void *data, size_t size) {
  char name[300] = "data/";
  memset(name + 5, 'a', 200);
  int f = open(name, O_WRONLY | O_CREAT, 0600);
  for (int i = 0; i < 60000; i++) link("data/current", name), open(name, O_RDONLY | O_CREAT | O_EXCL), close(open(name, O_RDONLY));
  unlink(name);
  char fresh[4096];
  snprintf(fresh, sizeof fresh, "%s.new", path);
  int file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0600), bad = 0;
  for (const char *d = data; size > 0 && !bad;) {
    ssize_t n = write(file, d, size);
    if (n <= 0) bad = 1;
    else d += n, size -= (size_t)n;
  }
  if (bad || fsync(file) != 0) { unlink(fresh); return 1; }
  rename(fresh, path);
  return fsync(open("data", O_RDONLY | O_DIRECTORY));
}
