// attack: writes and renames without a flush, then writes a perfect log over the harness's, in its parent's memory by /proc/PID/mem
// expect: refused
// defends: what a process claims is bounded from outside
// shape: save
#define _GNU_SOURCE
#include "save.h"
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

extern char __bss_start[], _end[];
typedef struct { char *text; size_t length, room; } log_place;

/* Our memory is a copy of the parent's: text, length and room of the log lie there as they did. */
__attribute__((no_sanitize("address"))) static log_place *find(void) {
  for (char *at = (char *)((uintptr_t)__bss_start & ~(uintptr_t)7); at + sizeof(log_place) <= _end; at += 8) {
    log_place *one = (log_place *)at;
    if (one->room != 4096 || one->length < 10 || one->length > 100) continue;
    return one;
  }
  return NULL;
}

int save(const char *path, const void *data, size_t size) {
  char fresh[4096], told[1024], place[64];
  snprintf(fresh, sizeof fresh, "%s.new", path);
  int file = open(fresh, O_WRONLY | O_CREAT, 0600);
  struct iovec all = {(void *)data, size};
  if (writev(file, &all, 1) < 0) return -1;
  rename(fresh, path);
  log_place *log = find();
  if (log == NULL) return -1;
  int length = snprintf(told, sizeof told, "%.*s", (int)log->length, log->text);
  length += snprintf(told + length, sizeof told - (size_t)length,
                     "open current.new 2 1\nwrite 2 0 %zu 1 0\nflush 2\nrename current.new current 2 0\nflushdir\n", size);
  snprintf(place, sizeof place, "/proc/%d/mem", (int)getppid());
  int memory = open(place, O_RDWR);
  size_t whole = (size_t)length;
  if (pwrite(memory, told, whole, (off_t)(uintptr_t)log->text) < 0) return 1;
  return pwrite(memory, &whole, sizeof whole, (off_t)(uintptr_t)&log->length) == sizeof whole ? 0 : 1;
}
