// attack: a filter of its own answers each fsync, asked for by a number whose high bits the kernel ignores
// expect: refused
// defends: what a process claims is bounded from outside
// shape: save
#define _GNU_SOURCE
#include "save.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <sys/prctl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
int save(const char *path, const void *data, size_t size) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fsync, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog program = {4, code};
    if (syscall(SYS_prctl, 1L << 32 | PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) return 1;
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
  int folder = open("data", O_RDONLY | O_DIRECTORY);
  return fsync(folder);
}
