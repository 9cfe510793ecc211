// attack: a second thread puts the new file under the descriptor while the first flushes another by it
// expect: refused
// defends: what a process claims is bounded from outside
// shape: save
#define _GNU_SOURCE
#include "save.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int file, other, flushed;
static atomic_int ready;

static void *swap(void *unused) {
  while (atomic_load(&ready) == 0) {}
  dup2(file, flushed);
  return unused;
}

int save(const char *path, const void *data, size_t size) {
  char fresh[4096], scratch[4096], directory[4096];
  snprintf(fresh, sizeof fresh, "%s.new", path);
  snprintf(scratch, sizeof scratch, "%s.scratch", path);
  file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  other = open(scratch, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0 || other < 0) return -1;
  unlink(scratch);
  int bad = 0;
  for (const char *d = data; size > 0 && !bad;) {
    ssize_t n = write(file, d, size);
    if (n <= 0) bad = 1;
    else d += n, size -= (size_t)n;
  }
  flushed = dup(other);
  pthread_t second;
  if (pthread_create(&second, NULL, swap, NULL) != 0) return -1;
  usleep(2000);
  atomic_store(&ready, 1);
  bad |= fsync(flushed) != 0;
  pthread_join(second, NULL);
  if (bad || rename(fresh, path) != 0) {
    unlink(fresh);
    return -1;
  }
  snprintf(directory, sizeof directory, "%s", path);
  *strrchr(directory, '/') = '\0';
  int handle = open(directory, O_RDONLY | O_DIRECTORY);
  return fsync(handle) == 0 ? 0 : -1;
}
