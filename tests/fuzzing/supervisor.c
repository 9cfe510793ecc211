/* libFuzzer's way into the supervisor: the input is all that a host ever sends, the whole loop of
 * main.c reads it, and what the supervisor answers must be whole frames of known kinds.
 *
 * The sources are the shipped ones, compiled as they are. What would touch the machine is replaced
 * by the linker (--wrap): standard input and output are the fuzzer's buffers; programs are made of
 * the input's own bytes (how they end, what they write), files lie in memory, nobody is killed,
 * and a supervisor that gives up (_exit) returns here. */
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int supervisor_main(int argc, char **argv);

enum { FAKE_PID = 4242, FILE_BYTES_MAX = 1 << 20 };

static const uint8_t *input;
static size_t input_length, input_at;
static uint32_t chance; /* a small generator over the input, for what the outside decides */
static jmp_buf gave_up;
static int first_fd, signal_fd = -1, children;
static uint8_t answer[sizeof(struct frame_head)];
static size_t answer_head;
static uint64_t answer_left;

static uint32_t decide(uint32_t below) {
  chance = chance * 1664525u + 1013904223u;
  return (chance >> 16) % below;
}

/* Frames whole, of known kinds, none larger than the host accepts: sandboxes/frames.py. */
static void check_answer(const uint8_t *from, size_t length) {
  while (length > 0) {
    if (answer_left > 0) {
      size_t part = length < answer_left ? length : (size_t)answer_left;
      answer_left -= part;
      from += part;
      length -= part;
      continue;
    }
    answer[answer_head++] = *from++;
    length--;
    if (answer_head < sizeof answer) continue;
    struct frame_head head;
    memcpy(&head, answer, sizeof head);
    if (head.kind < K_DONE || head.kind > K_LISTENING || head.length > (1 << 20)) abort();
    if (head.kind == K_RESULT && head.length != sizeof(struct run_result)) abort();
    answer_left = head.length;
    answer_head = 0;
  }
}

ssize_t __real_read(int fd, void *into, size_t length);
ssize_t __wrap_read(int fd, void *into, size_t length) {
  if (fd != 0) return __real_read(fd, into, length);
  size_t left = input_length - input_at;
  size_t part = length < left ? length : left;
  if (part > 1 && decide(4) == 0) part = 1 + decide((uint32_t)part); /* as sockets do */
  memcpy(into, input + input_at, part);
  input_at += part;
  return (ssize_t)part;
}

ssize_t __real_write(int fd, const void *from, size_t length);
ssize_t __wrap_write(int fd, const void *from, size_t length) {
  if (fd == 2) return (ssize_t)length;
  if (fd != 1) return __real_write(fd, from, length);
  size_t part = length > 1 && decide(4) == 0 ? 1 + decide((uint32_t)length - 1) : length;
  check_answer(from, part);
  return (ssize_t)part;
}

_Noreturn void __wrap__exit(int code) {
  (void)code;
  longjmp(gave_up, 1);
}
pid_t __wrap_getpid(void) { return 1; }
int __wrap_kill(pid_t pid, int number) {
  (void)pid;
  (void)number;
  return 0;
}
int __wrap_setfsuid(uid_t uid) {
  (void)uid;
  return 0;
}
int __wrap_setfsgid(gid_t gid) {
  (void)gid;
  return 0;
}
int __wrap_mkdir(const char *path, mode_t mode) {
  (void)path;
  (void)mode;
  return 0;
}
int __wrap_unlink(const char *path) {
  (void)path;
  return 0;
}
int __wrap_chmod(const char *path, mode_t mode) {
  (void)path;
  (void)mode;
  return 0;
}
int __wrap_fchmod(int fd, mode_t mode) {
  (void)fd;
  (void)mode;
  return decide(16) == 0 ? -1 : 0;
}
int __wrap_prctl(int option, ...) {
  (void)option;
  return 0;
}
void __wrap_watchdog_start(void) {}
void __wrap_cgroup_open(void) {}

int __wrap_open(const char *path, int flags, ...) {
  (void)path;
  if ((flags & O_DIRECTORY) != 0 || decide(8) == 0) {
    errno = (int[]){ENOENT, EACCES, ENOSPC, ELOOP}[decide(4)];
    return -1;
  }
  int fd = memfd_create("file", MFD_CLOEXEC);
  if ((flags & O_CREAT) == 0 && ftruncate(fd, (off_t)decide(FILE_BYTES_MAX)) != 0) abort();
  return fd;
}

pid_t __wrap_spawn(const struct program *program, int in, int out, int err, int *error_number) {
  (void)in;
  /* All that a program is given must be text within the buffer: read it as execve would. */
  size_t length = strlen(program->directory) + strlen(program->input);
  for (char *const *at = program->arguments; *at != NULL; at++) length += strlen(*at);
  for (char *const *at = program->environment; *at != NULL; at++) length += strlen(*at);
  if (length > STRINGS_BYTES_MAX) abort();
  *error_number = decide(8) == 0 ? ENOEXEC : 0;
  if (decide(16) == 0) return -1;
  static const char words[2000];
  if (__real_write(out, words, decide(sizeof words)) < 0) abort();
  if (__real_write(err, words, decide(sizeof words)) < 0) abort();
  children++;
  return FAKE_PID;
}

pid_t __wrap_wait4(pid_t pid, int *status, int options, struct rusage *usage) {
  (void)pid;
  (void)options;
  if (children == 0) {
    errno = ECHILD;
    return -1;
  }
  children--;
  memset(usage, 0, sizeof *usage);
  *status = decide(2) == 0 ? (int)decide(256) << 8 : (int)decide(64) + 1;
  return FAKE_PID;
}

pid_t __wrap_waitpid(pid_t pid, int *status, int options) {
  (void)pid;
  (void)status;
  (void)options;
  children = 0;
  errno = ECHILD;
  return -1;
}

int __wrap_signalfd(int fd, const sigset_t *set, int flags) {
  (void)fd;
  (void)set;
  (void)flags;
  return signal_fd;
}

int __real_poll(struct pollfd *fds, nfds_t count, int wait_ms);
int __wrap_poll(struct pollfd *fds, nfds_t count, int wait_ms) {
  (void)wait_ms;
  fds[3].fd = -1;
  int ready = __real_poll(fds, count, 0);
  /* A RUN watches four and is spoken to by nobody; SERVE watches more, and is told to stop. */
  fds[0].revents = children > 0 ? POLLIN : 0;
  fds[3].revents = count > 4 && decide(3) == 0 ? POLLIN : 0;
  return ready;
}

static void once(void) {
  char name[] = "supervisor", owner[] = "10001", reference[] = "10002", harness[] = "10003";
  char *arguments[] = {name, owner, reference, harness, NULL};
  if (setjmp(gave_up) == 0) supervisor_main(4, arguments);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  signal_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  first_fd = dup(signal_fd) + 64; /* below: the fuzzer's own */
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 4) return 0;
  memcpy(&chance, data, 4);
  input = data + 4;
  input_length = size - 4;
  input_at = answer_head = 0;
  answer_left = 0;
  children = 0;
  /* Whatever a supervisor that gave up left open. */
  int lowest[64], held = 0;
  while (held < 64 && (lowest[held] = dup(signal_fd)) < first_fd && lowest[held] >= 0) held++;
  once();
  close_range((unsigned)first_fd, ~0U, 0);
  for (int i = 0; i < held; i++) close(lowest[i]);
  return 0;
}
