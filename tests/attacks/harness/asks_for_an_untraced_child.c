// attack: ask for a child that is not followed, which is refused, and take that for an excuse
// expect: refused
// defends: what is refused by right is no fault in an answer's way
// shape: save
#define _GNU_SOURCE
#include "save.h"

#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int save(const char *path, const void *data, size_t size) {
  (void)path, (void)data, (void)size;
  if (syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0) == 0) _exit(0);
  return -1;
}
