/* Starting a program as an unprivileged user, and making sure that nothing of it is left. */
#include "supervisor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* More threads than the engine lets a container have can't be asleep together. */
enum { THREADS_COUNTED_MAX = 1024 };

void read_program(struct program *program, uint64_t length) {
  struct run_head *head = &program->head;
  if (length < sizeof *head) die("a RUN shorter than its head\n");
  read_exactly(head, sizeof *head);
  if (head->strings_length > STRINGS_BYTES_MAX || length != sizeof *head + head->strings_length ||
      head->argument_count == 0 || head->argument_count > ARGUMENTS_MAX ||
      head->environment_count > ARGUMENTS_MAX || head->uid == 0)
    die("a RUN that contradicts itself\n");
  read_exactly(program->strings, head->strings_length);
  char *at = program->strings, *end = program->strings + head->strings_length;
  uint32_t wanted = head->argument_count + head->environment_count + 2;
  for (uint32_t i = 0; i < wanted; i++) {
    char *nul = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;
    if (nul == NULL) die("a RUN with too few strings\n");
    if (i < head->argument_count)
      program->arguments[i] = at;
    else if (i < head->argument_count + head->environment_count)
      program->environment[i - head->argument_count] = at;
    else if (i == wanted - 2)
      program->directory = at;
    else
      program->input = at;
    at = nul + 1;
  }
  program->arguments[head->argument_count] = NULL;
  program->environment[head->environment_count] = NULL;
}

static void limit(int resource, uint64_t value) {
  struct rlimit both = {.rlim_cur = value, .rlim_max = value};
  setrlimit((__rlimit_resource_t)resource, &both);
}

#if defined(__x86_64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* The container lets us switch address randomisation off; from here on nobody may. Other tables
 * of system calls than our own are killed by the container's filter. */
static int forbid_personality(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCHITECTURE, 0, 4),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_personality, 0, 2),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ADDR_NO_RANDOMIZE, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
  };
  struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* When memory runs out, one of the programs is to go and not PID 1, however small they are. Where
 * this can't be written it stays as it is; the host knows a supervisor that died so, too. */
static void volunteer(void) {
  int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  ssize_t ignored = write(fd, "1000", 4);
  (void)ignored;
  close(fd);
}

/* In the child, between fork and exec: only what is safe there. */
static _Noreturn void become_program(const struct program *program, const int fds[3], int report) {
  const struct run_head *head = &program->head;
  sigset_t none;
  setsid();
  for (int i = 0; i < 3; i++)
    if (dup2(fds[i], i) < 0) goto failed;
  if (dup3(report, 3, O_CLOEXEC) < 0) goto failed;
  report = 3;
  volunteer();
  close_range(4, ~0U, 0); /* a program inherits no descriptor but 0, 1 and 2 */
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, head->file_bytes);
  limit(RLIMIT_STACK, head->stack_bytes);
  limit(RLIMIT_NOFILE, head->open_files);
  if (setgroups(0, NULL) != 0 || setresgid(head->uid, head->uid, head->uid) != 0 ||
      setresuid(head->uid, head->uid, head->uid) != 0)
    goto failed;
  if (head->fixed_addresses && personality(ADDR_NO_RANDOMIZE) < 0) goto failed;
  if (forbid_personality() != 0) goto failed;
  if (chdir(program->directory) != 0) goto failed;
  execve(program->arguments[0], program->arguments, program->environment);
failed:;
  int error_number = errno;
  ssize_t ignored = write(report, &error_number, sizeof error_number);
  (void)ignored;
  _exit(127);
}

pid_t spawn(const struct program *program, int in, int out, int err, int *error_number) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) die("no pipe\n");
  /* dup2 must not close a descriptor that it still needs: move all three above them first. */
  int fds[3] = {fcntl(in, F_DUPFD_CLOEXEC, 10), fcntl(out, F_DUPFD_CLOEXEC, 10),
                fcntl(err, F_DUPFD_CLOEXEC, 10)};
  int report_out = fcntl(report[1], F_DUPFD_CLOEXEC, 10);
  close(report[1]);
  if (fds[0] < 0 || fds[1] < 0 || fds[2] < 0 || report_out < 0) die("no descriptors\n");
  pid_t pid = fork();
  if (pid == 0) become_program(program, fds, report_out);
  *error_number = pid < 0 ? errno : 0;
  close(report_out);
  for (int i = 0; i < 3; i++) close(fds[i]);
  if (pid > 0 && read(report[0], error_number, sizeof *error_number) <= 0) *error_number = 0;
  close(report[0]);
  return pid;
}

void kill_everything(void) {
  /* As PID 1 of the namespace, -1 means everybody else. A process may fork between the signal and
   * its death, so go on until nobody is left to wait for. */
  for (;;) {
    kill(-1, SIGKILL);
    pid_t pid = waitpid(-1, NULL, 0);
    if (pid < 0 && errno == ECHILD) return;
  }
}

static void count_threads_of(const char *pid, struct run_result *result) {
  char path[300], text[256];
  snprintf(path, sizeof path, "/proc/%s/task", pid);
  DIR *tasks = opendir(path);
  if (tasks == NULL) return;
  struct dirent *task;
  while (result->threads < THREADS_COUNTED_MAX && (task = readdir(tasks)) != NULL) {
    if (task->d_name[0] == '.') continue;
    result->threads++;
    snprintf(path, sizeof path, "/proc/%s/task/%.20s/stat", pid, task->d_name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0) close(fd);
    if (length <= 0) continue;
    text[length] = '\0';
    const char *state = strrchr(text, ')'); /* the name before it may hold anything */
    if (state == NULL || state[1] != ' ') continue;
    if (state[2] == 'S') result->threads_asleep++;
  }
  closedir(tasks);
}

/* Whether everybody sleeps. The bound ends it where threads come faster than they are counted. */
void count_threads(struct run_result *result) {
  DIR *processes = opendir("/proc");
  if (processes == NULL) return;
  struct dirent *entry;
  for (int i = 0; i < THREADS_COUNTED_MAX && (entry = readdir(processes)) != NULL; i++)
    if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && strcmp(entry->d_name, "1") != 0)
      count_threads_of(entry->d_name, result);
  closedir(processes);
}
