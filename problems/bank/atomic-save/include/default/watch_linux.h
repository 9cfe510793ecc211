/* Linux: save() runs in a child of ours that is traced, so each of its system calls is seen. */
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SHORT_WRITE_BYTES = 1000, THREADS_MAX = 16, PLACE_BYTES = 64, PATH_BYTES = 1024 };

typedef struct {
  pid_t pid;
  bool inside; /* between a call's start and its end */
  long number;
  uint64_t arguments[6];
  char first[PATH_BYTES], second[PATH_BYTES];
  bool existed;
  uint64_t offset;
  int injected; /* the error that we put in the call's place */
} tracee;

static tracee tracees[THREADS_MAX];

static int make_directory(const char *name) { return mkdir(name, 0700); }

static tracee *tracee_of(pid_t pid) {
  for (int i = 0; i < THREADS_MAX; i++)
    if (tracees[i].pid == pid) return &tracees[i];
  for (int i = 0; i < THREADS_MAX; i++)
    if (tracees[i].pid == 0) {
      tracees[i].pid = pid;
      return &tracees[i];
    }
  exit(3);
}

/* A call's number is replaced by none, or its result, or its third argument. */
#if defined(__x86_64__)
static void set_number(pid_t pid, long to) { ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, regs.orig_rax), to); }
static void set_result(pid_t pid, long to) { ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, regs.rax), to); }
static void set_third(pid_t pid, long to) { ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, regs.rdx), to); }
#elif defined(__aarch64__)
static void set_register(pid_t pid, int which, long to) {
  struct user_regs_struct registers;
  struct iovec vector = {&registers, sizeof registers};
  ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &vector);
  registers.regs[which] = (uint64_t)to;
  ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &vector);
}
static void set_number(pid_t pid, long to) {
  int number = (int)to;
  struct iovec vector = {&number, sizeof number};
  ptrace(PTRACE_SETREGSET, pid, (void *)NT_ARM_SYSTEM_CALL, &vector);
}
static void set_result(pid_t pid, long to) { set_register(pid, 0, to); }
static void set_third(pid_t pid, long to) { set_register(pid, 2, to); }
#endif

static void read_path(const tracee *t, uint64_t address, int directory, char *into) {
  char text[PATH_BYTES / 2], place[PLACE_BYTES], base[PATH_BYTES / 2];
  snprintf(place, sizeof place, "/proc/%d/mem", t->pid);
  int memory = open(place, O_RDONLY | O_CLOEXEC);
  ssize_t length = memory < 0 ? -1 : pread(memory, text, sizeof text - 1, (off_t)address);
  if (memory >= 0) close(memory);
  text[length < 0 ? 0 : length] = '\0';
  if (directory == AT_FDCWD) snprintf(place, sizeof place, "/proc/%d/cwd", t->pid);
  else snprintf(place, sizeof place, "/proc/%d/fd/%d", t->pid, directory);
  ssize_t got = readlink(place, base, sizeof base - 1);
  base[got < 0 ? 0 : got] = '\0';
  if (text[0] == '/') snprintf(into, PATH_BYTES, "%s", text);
  else snprintf(into, PATH_BYTES, "%s/%s", base, text);
}

static bool stat_of_fd(const tracee *t, int fd, struct stat *status) {
  char place[PLACE_BYTES];
  snprintf(place, sizeof place, "/proc/%d/fd/%d", t->pid, fd);
  return stat(place, status) == 0;
}

static void fd_info(const tracee *t, int fd, uint64_t *position, unsigned *flags) {
  char place[PLACE_BYTES];
  snprintf(place, sizeof place, "/proc/%d/fdinfo/%d", t->pid, fd);
  FILE *file = fopen(place, "r");
  *position = 0;
  *flags = 0;
  if (file == NULL) return;
  if (fscanf(file, "pos: %" SCNu64 " flags: %o", position, flags) != 2) *flags = 0;
  fclose(file);
  struct stat status;
  if ((*flags & O_APPEND) != 0 && stat_of_fd(t, fd, &status)) *position = (uint64_t)status.st_size;
}

static bool is_write(long number) {
  return number == SYS_write || number == SYS_pwrite64 || number == SYS_writev ||
         number == SYS_pwritev || number == SYS_pwritev2 || number == SYS_sendfile ||
         number == SYS_copy_file_range;
}
static bool is_flush(long number) { return number == SYS_fsync || number == SYS_fdatasync; }

static int written_fd(const tracee *t) {
  return (int)t->arguments[t->number == SYS_copy_file_range ? 2 : 0];
}

static bool in_our_directory(const tracee *t, int fd) {
  char place[PLACE_BYTES], path[PATH_BYTES];
  snprintf(place, sizeof place, "/proc/%d/fd/%d", t->pid, fd);
  ssize_t length = readlink(place, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = '\0';
  return strstr(path, "/data") != NULL || strstr(path, "/#") != NULL; /* #: a file without a name */
}

/* The call is not made, and gives this error. */
static void refuse(tracee *t, int error) {
  t->injected = error;
  set_number(t->pid, -1);
}

/* A fault in the way of an honest answer, which excuses it; what we refuse by right does not. */
static void inject(tracee *t, int error, const char *what) {
  refuse(t, error);
  note("failed %s\n", what);
}

static void begin(tracee *t) {
  struct stat status;
  const uint64_t *a = t->arguments;
  t->injected = 0;
  t->first[0] = t->second[0] = '\0';
  switch (t->number) {
#ifdef SYS_open
    case SYS_open: case SYS_creat: case SYS_unlink: read_path(t, a[0], AT_FDCWD, t->first); break;
    case SYS_rename: case SYS_link:
      read_path(t, a[0], AT_FDCWD, t->first);
      read_path(t, a[1], AT_FDCWD, t->second);
      break;
#endif
    case SYS_openat: case SYS_unlinkat: read_path(t, a[1], (int)a[0], t->first); break;
    case SYS_truncate: read_path(t, a[0], AT_FDCWD, t->first); break;
    case SYS_renameat2: case SYS_linkat:
#ifdef SYS_renameat
    case SYS_renameat:
#endif
      read_path(t, a[1], (int)a[0], t->first);
      read_path(t, a[3], (int)a[2], t->second);
      break;
    default: break;
  }
  t->existed = t->first[0] != '\0' && stat(t->first, &status) == 0;
  if (is_write(t->number) && in_our_directory(t, written_fd(t))) {
    unsigned flags;
    fd_info(t, written_fd(t), &t->offset, &flags);
    if (t->number == SYS_pwrite64 || t->number == SYS_pwritev || t->number == SYS_pwritev2) t->offset = a[3];
    if (fault_is("full") && written_bytes + 1 > now.new_size / 2) inject(t, ENOSPC, "write");
    else if ((fault_is("short") || fault_is("full")) && a[2] > SHORT_WRITE_BYTES &&
             (t->number == SYS_write || t->number == SYS_pwrite64))
      set_third(t->pid, SHORT_WRITE_BYTES);
    else if (fault_is("full") && t->number != SYS_write && t->number != SYS_pwrite64)
      inject(t, ENOSPC, "write"); /* it can't be made shorter, and would go past the end at once */
  }
  if (t->number == SYS_clone && (a[0] & CLONE_UNTRACED) != 0) refuse(t, EPERM);
  if (is_flush(t->number) && fault_is("flush") && stat_of_fd(t, (int)a[0], &status) && S_ISREG(status.st_mode))
    inject(t, EIO, "flush");
  if (fault_is("flush") && t->number == SYS_syncfs) inject(t, EIO, "flush");
  if (fault_is("flush") && t->number == SYS_sync) note("failed flush\n"); /* it has no way to say so */
}

static void log_write(tracee *t, int64_t length) {
  struct stat status;
  uint64_t ignored;
  unsigned flags;
  char place[PLACE_BYTES];
  int fd = written_fd(t);
  if (length <= 0 || !stat_of_fd(t, fd, &status) || !in_our_directory(t, fd)) return;
  fd_info(t, fd, &ignored, &flags);
  snprintf(place, sizeof place, "/proc/%d/fd/%d", t->pid, fd);
  int again = open(place, O_RDONLY | O_CLOEXEC);
  bool fits = again >= 0 && length <= (int64_t)sizeof seen &&
              pread(again, seen, (size_t)length, (off_t)t->offset) == length;
  if (again >= 0) close(again);
  written_bytes += (uint64_t)length;
  note("write %lu %" PRIu64 " %" PRId64 " %d %d\n", (unsigned long)status.st_ino, t->offset, length,
         fits && bytes_are_new(seen, t->offset, (uint64_t)length), (flags & O_DSYNC) != 0);
}

static void log_open(const tracee *t, int fd, uint64_t flags) {
  struct stat status;
  if (!stat_of_fd(t, fd, &status) || !S_ISREG(status.st_mode)) return;
  if (!in_our_directory(t, fd) && (flags & O_ACCMODE) == O_RDONLY) return;
  bool nameless = (flags & O_TMPFILE) == O_TMPFILE;
  note("open %s %lu %d\n", nameless ? "-" : name_of(t->first), (unsigned long)status.st_ino, !t->existed);
  if ((flags & O_TRUNC) != 0 && t->existed) note("truncate %lu 0\n", (unsigned long)status.st_ino);
}

static void end(tracee *t, int64_t result) {
  struct stat status;
  const uint64_t *a = t->arguments;
  if (t->injected != 0) {
    set_result(t->pid, -t->injected);
    return;
  }
  if (result < 0) return;
  if (is_write(t->number)) log_write(t, result);
  if (is_flush(t->number) && stat_of_fd(t, (int)a[0], &status)) {
    if (S_ISDIR(status.st_mode)) { if (in_our_directory(t, (int)a[0])) note("flushdir\n"); }
    else note("flush %lu\n", (unsigned long)status.st_ino);
  }
  switch (t->number) {
#ifdef SYS_open
    case SYS_open: log_open(t, (int)result, a[1]); break;
    case SYS_creat: log_open(t, (int)result, O_WRONLY | O_CREAT | O_TRUNC); break;
    case SYS_unlink:
#endif
    case SYS_unlinkat: note("unlink %s\n", name_of(t->first)); break;
    case SYS_openat: log_open(t, (int)result, a[2]); break;
    case SYS_ftruncate:
      if (stat_of_fd(t, (int)a[0], &status)) note("truncate %lu %" PRIu64 "\n", (unsigned long)status.st_ino, a[1]);
      break;
    case SYS_truncate:
      if (stat(t->first, &status) == 0) note("truncate %lu %" PRIu64 "\n", (unsigned long)status.st_ino, a[1]);
      break;
#ifdef SYS_rename
    case SYS_rename:
#endif
#ifdef SYS_renameat
    case SYS_renameat:
#endif
    case SYS_renameat2:
      note("rename %s", name_of(t->first));
      note(" %s %lu 0\n", name_of(t->second), stat(t->second, &status) == 0 ? (unsigned long)status.st_ino : 0);
      break;
#ifdef SYS_link
    case SYS_link:
#endif
    case SYS_linkat:
      note("link %s %lu\n", name_of(t->second), stat(t->second, &status) == 0 ? (unsigned long)status.st_ino : 0);
      break;
    case SYS_sync: case SYS_syncfs:
      if (!fault_is("flush")) note("flushall\n");
      break;
    case SYS_mmap:
      if ((a[2] & PROT_WRITE) != 0 && (a[3] & MAP_SHARED) != 0 && (a[3] & MAP_ANONYMOUS) == 0 &&
          stat_of_fd(t, (int)a[4], &status))
        note("mapped %lu\n", (unsigned long)status.st_ino);
      break;
    default: break;
  }
}

static void step(pid_t pid) {
  struct __ptrace_syscall_info info;
  tracee *t = tracee_of(pid);
  if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0) return;
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    t->number = (long)info.entry.nr;
    for (int i = 0; i < 6; i++) t->arguments[i] = info.entry.args[i];
    begin(t);
  } else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
    end(t, info.exit.rval);
  }
}

/* Until the child is gone; its status. */
static int follow(pid_t child) {
  int status;
  const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE |
                       PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
  waitpid(child, &status, 0);
  ptrace(PTRACE_SETOPTIONS, child, 0, options);
  ptrace(PTRACE_SYSCALL, child, 0, 0);
  for (;;) {
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0) return 0;
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      if (pid == child) return status;
      tracee_of(pid)->pid = 0;
      continue;
    }
    int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80)) step(pid);
    bool ours = signal == (SIGTRAP | 0x80) || signal == SIGTRAP || signal == SIGSTOP;
    ptrace(PTRACE_SYSCALL, pid, 0, ours ? 0 : signal);
  }
}

static void list_directory(void) {
  DIR *directory = opendir("data");
  struct dirent *entry;
  while (directory != NULL && (entry = readdir(directory)) != NULL)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && strcmp(entry->d_name, "current") != 0)
      note("left %.200s\n", entry->d_name);
  if (directory != NULL) closedir(directory);
}

static int watch(void) {
  struct stat status;
  FILE *reader = fopen("data/current", "rb");
  if (reader == NULL || fstat(fileno(reader), &status) != 0) return 3;
  note("start %lu %zu %zu linux\n", (unsigned long)status.st_ino, now.old_size, now.new_size);
  prctl(PR_SET_DUMPABLE, 0); /* our memory is none of the child's, though it is the same user's */
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_DUMPABLE, 1); /* while we look into its */
    cd_leave_channel(); /* the log is ours, and goes another way */
    fclose(reader);
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    _exit(save("data/current", new_bytes, now.new_size) == 0 ? 0 : 1);
  }
  int ended = follow(child);
  if (WIFSIGNALED(ended)) { signal(WTERMSIG(ended), SIG_DFL); raise(WTERMSIG(ended)); }
  if (WEXITSTATUS(ended) > 1) return WEXITSTATUS(ended); /* a sanitizer's word */
  note("return %d\n", WEXITSTATUS(ended));
  const char *content = which_content(reader);
  note("reader %s\n", strcmp(content, "old") == 0 ? "old" : "other");
  FILE *file = fopen("data/current", "rb");
  note("final %s\n", which_content(file));
  list_directory();
  return 0;
}
