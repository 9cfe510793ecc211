// attack: a child made with CLONE_UNTRACED writes and renames without a flush, unseen; the traced process makes a perfect save of another file in x/data/
// expect: refused
// defends: what a process claims is bounded from outside
// shape: save
#define _GNU_SOURCE
#include "save.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

int save(const char *path, const void *data, size_t size) {
  struct iovec all = {(void *)data, size};
  long child = syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    int file = open("data/new", O_WRONLY | O_CREAT, 0600);
    if (writev(file, &all, 1) < 0) syscall(SYS_exit_group, 1);
    rename("data/new", path);
    syscall(SYS_exit_group, 0);
  }
  waitpid((pid_t)child, NULL, 0);
  mkdir("x", 0700);
  mkdir("x/data", 0700);
  int file = open("x/data/new", O_WRONLY | O_CREAT, 0600);
  if (writev(file, &all, 1) < 0) return -1;
  sync();
  rename("x/data/new", "x/data/current");
  sync();
  return 0;
}
