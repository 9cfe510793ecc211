/* The container's own counters: what every process in it used, however it was forked.
 *
 * wait4 misses double-forked and SIGCHLD-ignoring children, so these are the truth for CPU time
 * and for kills by memory. cgroup v1 and v2 have them in different files; both are tried. */
#include "supervisor.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef CGROUP_ROOT
#define CGROUP_ROOT "/sys/fs/cgroup" /* tests lay out trees of their own */
#endif

static int cpu_fd = -1, memory_fd = -1;
static bool unified;

static int open_counter(const char *path) { return open(path, O_RDONLY | O_CLOEXEC); }

void cgroup_open(void) {
  cpu_fd = open_counter(CGROUP_ROOT "/cpu.stat");
  unified = cpu_fd >= 0;
  if (unified) {
    memory_fd = open_counter(CGROUP_ROOT "/memory.events");
    return;
  }
  cpu_fd = open_counter(CGROUP_ROOT "/cpuacct/cpuacct.usage");
  if (cpu_fd < 0) cpu_fd = open_counter(CGROUP_ROOT "/cpu,cpuacct/cpuacct.usage");
  memory_fd = open_counter(CGROUP_ROOT "/memory/memory.oom_control");
  if (cpu_fd < 0) die("no CPU counter of the container's own in " CGROUP_ROOT "\n");
}

/* The number after `key` in a small file of "key value" lines; the file's first number if key is
 * "". 0 when it isn't there. */
static uint64_t read_counter(int fd, const char *key) {
  char text[1024];
  if (fd < 0) return 0;
  ssize_t length = pread(fd, text, sizeof text - 1, 0);
  if (length <= 0) return 0;
  text[length] = '\0';
  const char *at = text;
  while (*key != '\0') {
    at = strstr(at, key);
    if (at == NULL) return 0;
    bool whole = (at == text || at[-1] == '\n') && at[strlen(key)] == ' ';
    at += strlen(key);
    if (whole) break;
  }
  return strtoull(at, NULL, 10);
}

uint64_t cgroup_cpu_ns(void) {
  return unified ? read_counter(cpu_fd, "usage_usec") * 1000u : read_counter(cpu_fd, "");
}

uint64_t cgroup_oom_kills(void) { return read_counter(memory_fd, "oom_kill"); }
