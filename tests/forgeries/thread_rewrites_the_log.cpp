// attack: writes and renames without a flush; a thread that a global object's constructor started rewrites the log, were it in this process
// expect: refused
// defends: what a process claims is bounded from outside
// shape: save
#include "save.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

extern "C" void __asan_init() __attribute__((weak));
extern "C" char __bss_start[], _end[];
typedef struct { char *text; size_t length, room; } log_place;

__attribute__((no_sanitize("address", "undefined"))) static void *rewrite(void *nothing) {
  for (;; usleep(5000))
    for (char *at = (char *)((uintptr_t)__bss_start & ~(uintptr_t)7); at + sizeof(log_place) <= _end; at += 8) {
      log_place *one = (log_place *)at;
      if (one->room != 4096 || one->length < 10 || one->length > 3000) continue;
      if (memmem(one->text, one->length, "rename", 6) == NULL) continue;
      unsigned long size = 0;
      sscanf(one->text, "start %*u %*u %lu", &size);
      char *end = strchr(one->text, '\n') + 1;
      end += sprintf(end, "open current.new 2 1\nwrite 2 0 %lu 1 0\nflush 2\nrename current.new current 2 0\nflushdir\n", size);
      one->length = (size_t)(end - one->text);
      return nothing;
    }
}
static struct at_once {
  at_once() {
    if (__asan_init) return;
    pthread_t thread;
    pthread_create(&thread, NULL, rewrite, NULL);
  }
} early;

int save(const char *path, const void *data, size_t size) {
  char fresh[4096];
  snprintf(fresh, sizeof fresh, "%s.new", path);
  int file = open(fresh, O_WRONLY | O_CREAT, 0600);
  struct iovec all = {(void *)data, size};
  if (writev(file, &all, 1) < 0) return -1;
  rename(fresh, path);
  usleep(100000);
  return 0;
}
