/* Linux: the answer runs in a child of ours that is traced, so each of its system calls is seen. The
 * child is there before the answer's constructors, which run in it, traced, when the save begins.
 *
 * What the name stands for is looked at after each call: paths are read for the log's words alone,
 * since a path can lead to the directory by more ways than one can follow. */
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SHORT_WRITE_BYTES = 1000, THREADS_MAX = 16, PLACE_BYTES = 64, PATH_BYTES = 8192, PARTS_MAX = 16 };

typedef struct {
  pid_t pid;
  bool on_files; /* what it does is about files: none of another thread's comes between */
  bool waits;    /* stopped at the start of a call, until another's has ended */
  long number;
  uint64_t arguments[6];
  char first[PATH_BYTES], second[PATH_BYTES];
  bool existed;
  uint64_t offset;
  int injected;   /* the error that we put in the call's place */
  bool shortened; /* another address and length were put in place of its own */
} tracee;

static tracee tracees[THREADS_MAX];
static tracee *inside; /* who is between the start and the end of a call on files; nobody else is */

/* What the answer is to save, in memory that it shares: our own copy is what counts. */
static struct {
  size_t size;
  char path[NAME_BYTES + 8];
  bool bare;
  unsigned char bytes[];
} *shared;
static pid_t answer = -1; /* the child; 0 in itself, -1 before there is one */

static int data_directory = -1;
static struct stat data_status;
static unsigned long current_file; /* what the name stands for by the log so far; 0 for nothing */

static int make_directory(const char *name) {
  if (mkdir(name, 0700) != 0) return -1;
  data_directory = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return data_directory < 0 ? -1 : fstat(data_directory, &data_status);
}

/* A file as the log knows it: one elsewhere may have the same inode. */
static unsigned long file_number(const struct stat *status) {
  unsigned long elsewhere = (unsigned long)status->st_dev ^ (unsigned long)data_status.st_dev;
  return (unsigned long)status->st_ino ^ elsewhere << 40;
}

static bool is_our_directory(const struct stat *status) {
  return status->st_dev == data_status.st_dev && status->st_ino == data_status.st_ino;
}

/* The last part of a path; "elsewhere" for one that is not in the file's own directory. */
static const char *name_of(const char *path) {
  char directory[PATH_BYTES + 1];
  struct stat status;
  const char *slash = strrchr(path, '/');
  if (slash == NULL || slash[1] == '\0') return "elsewhere";
  snprintf(directory, sizeof directory, "%.*s", (int)(slash + 1 - path), path);
  return stat(directory, &status) == 0 && is_our_directory(&status) ? as_word(slash + 1) : "elsewhere";
}

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

/* Of a call its number is replaced, or its result, or its second and third argument. */
#if defined(__x86_64__)
static void set_number(pid_t pid, long to) { ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, regs.orig_rax), to); }
static void set_result(pid_t pid, long to) { ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, regs.rax), to); }
static void set_bytes(pid_t pid, long address, long length) {
  ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, regs.rsi), address);
  ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, regs.rdx), length);
}
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
static void set_bytes(pid_t pid, long address, long length) {
  set_register(pid, 1, address);
  set_register(pid, 2, length);
}
#endif

/* How many bytes could be read; -1 for none. */
static ssize_t read_memory(const tracee *t, uint64_t address, void *into, size_t length) {
  char place[PLACE_BYTES];
  snprintf(place, sizeof place, "/proc/%d/mem", t->pid);
  int memory = open(place, O_RDONLY | O_CLOEXEC);
  ssize_t got = memory < 0 ? -1 : pread(memory, into, length, (off_t)address);
  if (memory >= 0) close(memory);
  return got;
}

static void read_path(const tracee *t, uint64_t address, int directory, char *into) {
  char text[PATH_BYTES / 2], place[PLACE_BYTES], base[PATH_BYTES / 2 - 1];
  ssize_t length = read_memory(t, address, text, sizeof text - 1);
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

static bool is_writable(const tracee *t, int fd) {
  uint64_t ignored;
  unsigned flags;
  fd_info(t, fd, &ignored, &flags);
  return (flags & O_ACCMODE) != O_RDONLY;
}

static bool is_write(long number) {
  return number == SYS_write || number == SYS_pwrite64 || number == SYS_writev || number == SYS_pwritev;
}
static bool is_at_offset(long number) { return number == SYS_pwrite64 || number == SYS_pwritev; }
static bool is_scattered(long number) { return number == SYS_writev || number == SYS_pwritev; }
static bool is_flush(long number) { return number == SYS_fsync || number == SYS_fdatasync; }

static bool writes_a_file(const tracee *t) {
  struct stat status;
  return is_write(t->number) && stat_of_fd(t, (int)t->arguments[0], &status) && S_ISREG(status.st_mode);
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

/* All that a save may ask for. Anything else is refused: what could change a file, or answer in the
 * kernel's place, by a way that is not followed here. */
static bool is_known(const tracee *t) {
  const uint64_t *a = t->arguments;
  switch (t->number) {
#ifdef SYS_open
    case SYS_open: case SYS_creat: case SYS_unlink: case SYS_rename: case SYS_link: case SYS_dup2: case SYS_stat:
    case SYS_lstat: case SYS_access: case SYS_readlink: case SYS_mkdir: case SYS_rmdir: case SYS_chmod: case SYS_chown:
    case SYS_lchown: case SYS_symlink: case SYS_getdents: case SYS_pipe: case SYS_poll: case SYS_select: case SYS_fork:
    case SYS_vfork: case SYS_arch_prctl: case SYS_getpgrp: case SYS_time: case SYS_alarm: case SYS_pause: case SYS_utimes:
    case SYS_utime: case SYS_epoll_wait:
#endif
#ifdef SYS_renameat
    case SYS_renameat:
#endif
    /* files */
    case SYS_openat: case SYS_close: case SYS_close_range: case SYS_dup: case SYS_dup3: case SYS_read: case SYS_pread64:
    case SYS_readv: case SYS_preadv: case SYS_write: case SYS_pwrite64: case SYS_writev: case SYS_pwritev: case SYS_lseek:
    case SYS_fsync: case SYS_fdatasync: case SYS_sync: case SYS_syncfs: case SYS_sync_file_range: case SYS_truncate:
    case SYS_ftruncate: case SYS_unlinkat: case SYS_renameat2: case SYS_linkat: case SYS_symlinkat: case SYS_mkdirat:
    case SYS_fstat: case SYS_newfstatat: case SYS_statx: case SYS_statfs: case SYS_fstatfs: case SYS_faccessat:
    case SYS_faccessat2: case SYS_readlinkat: case SYS_getdents64: case SYS_getcwd: case SYS_chdir: case SYS_fchdir:
    case SYS_umask: case SYS_fchmod: case SYS_fchmodat: case SYS_fchown: case SYS_fchownat: case SYS_utimensat:
    case SYS_getxattr: case SYS_lgetxattr: case SYS_fgetxattr: case SYS_listxattr: case SYS_llistxattr:
    case SYS_flistxattr: case SYS_setxattr: case SYS_lsetxattr: case SYS_fsetxattr: case SYS_removexattr:
    case SYS_lremovexattr: case SYS_fremovexattr: case SYS_fadvise64: case SYS_flock: case SYS_fcntl:
    case SYS_pipe2: case SYS_ppoll: case SYS_pselect6: case SYS_eventfd2: case SYS_epoll_create1: case SYS_epoll_ctl:
    case SYS_epoll_pwait:
    /* memory, threads, time, and the process itself */
    case SYS_mmap: case SYS_munmap: case SYS_mprotect: case SYS_mremap: case SYS_brk: case SYS_madvise: case SYS_msync:
    case SYS_mlock: case SYS_munlock: case SYS_futex: case SYS_set_robust_list: case SYS_get_robust_list:
    case SYS_set_tid_address: case SYS_rseq: case SYS_membarrier: case SYS_sched_yield: case SYS_sched_getaffinity:
    case SYS_sched_getparam: case SYS_sched_getscheduler: case SYS_getresuid: case SYS_getresgid:
    case SYS_nanosleep: case SYS_clock_nanosleep: case SYS_clock_gettime: case SYS_clock_getres: case SYS_gettimeofday:
    case SYS_getitimer: case SYS_setitimer: case SYS_restart_syscall: case SYS_getrandom: case SYS_getpid:
    case SYS_getppid: case SYS_gettid: case SYS_getuid: case SYS_geteuid: case SYS_getgid: case SYS_getegid:
    case SYS_getpgid: case SYS_getsid: case SYS_setsid: case SYS_uname: case SYS_sysinfo: case SYS_getrusage:
    case SYS_times: case SYS_getrlimit: case SYS_setrlimit: case SYS_prlimit64: case SYS_getpriority: case SYS_wait4:
    case SYS_waitid: case SYS_kill: case SYS_tkill: case SYS_tgkill: case SYS_rt_sigaction: case SYS_rt_sigprocmask:
    case SYS_rt_sigreturn: case SYS_rt_sigpending: case SYS_rt_sigsuspend: case SYS_rt_sigtimedwait: case SYS_sigaltstack:
    case SYS_exit: case SYS_exit_group: return true;
    case SYS_prctl: return (int)a[0] != PR_SET_SECCOMP;
    case SYS_clone: return (a[0] & CLONE_UNTRACED) == 0;
    case SYS_ioctl: return (uint32_t)a[1] == TCGETS || (uint32_t)a[1] == FIONREAD;
    case SYS_fallocate: return ((int)a[1] & ~FALLOC_FL_KEEP_SIZE) == 0;
    default: return false;
  }
}

/* Of what is to be written at once, no more than a few bytes: the call becomes a plain write. */
static void shorten(tracee *t) {
  uint64_t bytes = t->arguments[1], length = t->arguments[2];
  if (is_scattered(t->number)) {
    struct iovec parts[PARTS_MAX];
    uint64_t total = 0, count = length < PARTS_MAX ? length : PARTS_MAX, first = 0;
    if (read_memory(t, bytes, parts, count * sizeof *parts) != (ssize_t)(count * sizeof *parts)) return;
    while (first < count && parts[first].iov_len == 0) first++;
    for (uint64_t i = first; i < count; i++) total += parts[i].iov_len;
    if (total <= SHORT_WRITE_BYTES) return;
    set_number(t->pid, t->number == SYS_writev ? SYS_write : SYS_pwrite64);
    bytes = (uint64_t)(uintptr_t)parts[first].iov_base;
    length = parts[first].iov_len;
  }
  t->shortened = true;
  set_bytes(t->pid, (long)bytes, (long)(length < SHORT_WRITE_BYTES ? length : SHORT_WRITE_BYTES));
}

static void begin(tracee *t) {
  struct stat status;
  const uint64_t *a = t->arguments;
  t->injected = 0;
  t->shortened = false;
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
  if (writes_a_file(t)) {
    unsigned flags;
    fd_info(t, (int)a[0], &t->offset, &flags);
    if (is_at_offset(t->number)) t->offset = a[3];
    if (fault_is("full") && written_bytes + 1 > now.new_size / 2) inject(t, ENOSPC, "write");
    else if ((fault_is("short") || fault_is("full")) && (a[2] > SHORT_WRITE_BYTES || is_scattered(t->number)))
      shorten(t);
  }
  if (!is_known(t)) refuse(t, ENOSYS);
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
  int fd = (int)t->arguments[0];
  if (length <= 0 || !stat_of_fd(t, fd, &status) || !S_ISREG(status.st_mode)) return;
  fd_info(t, fd, &ignored, &flags);
  snprintf(place, sizeof place, "/proc/%d/fd/%d", t->pid, fd);
  int again = open(place, O_RDONLY | O_CLOEXEC);
  bool fits = again >= 0 && length <= (int64_t)sizeof seen &&
              pread(again, seen, (size_t)length, (off_t)t->offset) == length;
  if (again >= 0) close(again);
  written_bytes += (uint64_t)length;
  note("write %lu %" PRIu64 " %" PRId64 " %d %d\n", file_number(&status), t->offset, length,
         fits && bytes_are_new(seen, t->offset, (uint64_t)length), (flags & O_DSYNC) != 0);
}

static void log_open(const tracee *t, int fd, uint64_t flags) {
  struct stat status;
  if (!stat_of_fd(t, fd, &status) || !S_ISREG(status.st_mode)) return;
  bool nameless = (flags & O_TMPFILE) == O_TMPFILE;
  const char *name = nameless ? "-" : name_of(t->first);
  if (strcmp(name, "elsewhere") == 0 && (flags & (O_ACCMODE | O_TRUNC)) == O_RDONLY) return;
  note("open %s %lu %d\n", name, file_number(&status), !t->existed);
  if ((flags & O_TRUNC) != 0) note("truncate %lu 0\n", file_number(&status));
}

static void log_rename(const tracee *t, bool exchange) {
  struct stat status;
  const char *from = t->first, *to = t->second;
  if (exchange && strcmp(name_of(from), "current") == 0) from = t->second, to = t->first;
  unsigned long number = stat(to, &status) == 0 ? file_number(&status) : 0;
  note("rename %s", name_of(from));
  note(" %s %lu 0\n", name_of(to), number);
  if (strcmp(name_of(from), "current") == 0) current_file = 0;
  if (strcmp(name_of(to), "current") == 0) current_file = number;
}

static void log_link(const tracee *t) {
  struct stat status;
  unsigned long number = stat(t->second, &status) == 0 ? file_number(&status) : 0;
  note("link %s %lu\n", name_of(t->second), number);
  if (strcmp(name_of(t->second), "current") == 0) current_file = number;
}

static void log_unlink(const tracee *t) {
  note("unlink %s\n", name_of(t->first));
  if (strcmp(name_of(t->first), "current") == 0) current_file = 0;
}

/* The name stands for another file than the log says: it came there by a way that was not followed. */
static void log_unseen_rename(void) {
  struct stat status;
  unsigned long found = fstatat(data_directory, file_name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? file_number(&status) : 0;
  if (found == current_file) return;
  if (found != 0) note("rename ? current %lu 0\n", found);
  else note("unlink current\n");
  current_file = found;
}

static void end(tracee *t, int64_t result) {
  struct stat status;
  const uint64_t *a = t->arguments;
  if (t->shortened) set_bytes(t->pid, (long)a[1], (long)a[2]); /* as the caller left its registers */
  if (t->injected != 0) {
    set_result(t->pid, -t->injected);
    return;
  }
  if (result < 0) return;
  if (is_write(t->number) && t->on_files) log_write(t, result);
  if (is_flush(t->number) && stat_of_fd(t, (int)a[0], &status)) {
    if (S_ISDIR(status.st_mode)) { if (is_our_directory(&status)) note("flushdir\n"); }
    else note("flush %lu\n", file_number(&status));
  }
  switch (t->number) {
#ifdef SYS_open
    case SYS_open: log_open(t, (int)result, a[1]); break;
    case SYS_creat: log_open(t, (int)result, O_WRONLY | O_CREAT | O_TRUNC); break;
    case SYS_unlink:
#endif
    case SYS_unlinkat: log_unlink(t); break;
    case SYS_openat: log_open(t, (int)result, a[2]); break;
    case SYS_ftruncate:
      if (stat_of_fd(t, (int)a[0], &status)) note("truncate %lu %" PRIu64 "\n", file_number(&status), a[1]);
      break;
    case SYS_truncate:
      if (stat(t->first, &status) == 0) note("truncate %lu %" PRIu64 "\n", file_number(&status), a[1]);
      break;
#ifdef SYS_rename
    case SYS_rename:
#endif
#ifdef SYS_renameat
    case SYS_renameat: log_rename(t, false); break;
#endif
    case SYS_renameat2: log_rename(t, (a[4] & RENAME_EXCHANGE) != 0); break;
#ifdef SYS_link
    case SYS_link:
#endif
    case SYS_linkat: log_link(t); break;
    case SYS_sync: case SYS_syncfs: {
      bool ours = t->number == SYS_sync || (stat_of_fd(t, (int)a[0], &status) && status.st_dev == data_status.st_dev);
      if (ours && !fault_is("flush")) note("flushall\n");
      break;
    }
    case SYS_mmap: /* one that can be written, or be made so */
      if ((a[3] & MAP_SHARED) != 0 && (a[3] & MAP_ANONYMOUS) == 0 && is_writable(t, (int)a[4]) &&
          stat_of_fd(t, (int)a[4], &status))
        note("mapped %lu\n", file_number(&status));
      break;
    default: break;
  }
  log_unseen_rename();
}

/* A call that `end` looks at, or that changes what a descriptor stands for. Between its start and its
 * end another thread must not change what it is about: what we see then would not be what was done. */
static bool is_on_files(const tracee *t) {
  switch (t->number) {
#ifdef SYS_open
    case SYS_open: case SYS_creat: case SYS_unlink: case SYS_rename: case SYS_link: case SYS_dup2:
#endif
#ifdef SYS_renameat
    case SYS_renameat:
#endif
    case SYS_openat: case SYS_unlinkat: case SYS_renameat2: case SYS_linkat: case SYS_truncate:
    case SYS_ftruncate: case SYS_fsync: case SYS_fdatasync: case SYS_sync: case SYS_syncfs: case SYS_mmap:
    case SYS_close: case SYS_close_range: case SYS_dup3: return true;
    default: return writes_a_file(t);
  }
}

/* Let it go on, with the call that it is in. */
static void go_on(tracee *t, int signal) { ptrace(PTRACE_SYSCALL, t->pid, 0, signal); }

static void enter(tracee *t) {
  t->on_files = is_on_files(t);
  t->waits = inside != NULL && inside != t && t->on_files;
  if (t->waits) return;
  if (t->on_files) inside = t;
  begin(t);
  go_on(t, 0);
}

/* Its call on files is over: the next may begin. */
static void leave(const tracee *t) {
  if (inside != t) return;
  inside = NULL;
  for (int i = 0; i < THREADS_MAX && inside == NULL; i++)
    if (tracees[i].pid != 0 && tracees[i].waits) enter(&tracees[i]);
}

static void step(tracee *t) {
  struct __ptrace_syscall_info info;
  if (ptrace(PTRACE_GET_SYSCALL_INFO, t->pid, sizeof info, &info) <= 0) info.op = PTRACE_SYSCALL_INFO_NONE;
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    t->number = (long)info.entry.nr;
    for (int i = 0; i < 6; i++) t->arguments[i] = info.entry.args[i];
    enter(t);
  } else {
    if (info.op == PTRACE_SYSCALL_INFO_EXIT) end(t, info.exit.rval);
    leave(t);
    go_on(t, 0);
  }
}

/* Start the child, stopped, and traced from its first call; returns in both. */
static void start_answer(void) {
  const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE |
                       PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
  shared = (__typeof__(shared))mmap(NULL, sizeof *shared + SIZE_MAX_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) _exit(3);
  prctl(PR_SET_DUMPABLE, 0); /* our memory is none of the child's, though it is the same user's */
  answer = fork();
  if (answer < 0) _exit(3);
  if (answer == 0) {
    prctl(PR_SET_DUMPABLE, 1); /* while we look into its */
    cd_leave_channel(); /* the log is ours, and goes another way */
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    return;
  }
  if (waitpid(answer, NULL, 0) != answer || ptrace(PTRACE_SETOPTIONS, answer, 0, options) != 0) _exit(3);
}

static void save_and_exit(void) {
  if (shared->bare && chdir("data") != 0) _exit(3);
  _exit(save(shared->path, shared->bytes, shared->size) == 0 ? 0 : 1);
}

/* Until the child is gone; its status. */
static int follow(void) {
  int status;
  ptrace(PTRACE_SYSCALL, answer, 0, 0);
  for (;;) {
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0) return 0;
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      if (pid == answer) return status;
      tracee *gone = tracee_of(pid);
      gone->pid = 0;
      gone->waits = false;
      leave(gone);
      continue;
    }
    int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80)) step(tracee_of(pid));
    else go_on(tracee_of(pid), signal == SIGTRAP || signal == SIGSTOP ? 0 : signal);
  }
}

static FILE *open_current(void) {
  int fd = openat(data_directory, file_name, O_RDONLY | O_CLOEXEC);
  return fd < 0 ? NULL : fdopen(fd, "rb");
}

static void list_directory(void) {
  DIR *directory = fdopendir(data_directory);
  struct dirent *entry;
  while (directory != NULL && (entry = readdir(directory)) != NULL)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && strcmp(entry->d_name, file_name) != 0)
      note("left %.200s\n", as_word(entry->d_name));
  if (directory != NULL) closedir(directory);
}

static int watch(void) {
  struct stat status;
  FILE *reader = open_current();
  if (reader == NULL || fstat(fileno(reader), &status) != 0) return 3;
  current_file = file_number(&status);
  note("start %lu %zu %zu linux\n", current_file, now.old_size, now.new_size);
  if (answer < 0) start_answer(); /* under a sanitizer, which must come first */
  if (answer == 0) save_and_exit();
  shared->size = now.new_size;
  shared->bare = is_bare();
  memcpy(shared->path, path_told, sizeof shared->path);
  memcpy(shared->bytes, new_bytes, now.new_size);
  int ended = follow();
  if (WIFSIGNALED(ended)) { signal(WTERMSIG(ended), SIG_DFL); raise(WTERMSIG(ended)); }
  if (WEXITSTATUS(ended) > 1) return WEXITSTATUS(ended); /* a sanitizer's word */
  note("return %d\n", WEXITSTATUS(ended));
  const char *content = which_content(reader);
  note("reader %s\n", strcmp(content, "old") == 0 ? "old" : "other");
  note("final %s\n", which_content(open_current()));
  list_directory();
  return 0;
}
