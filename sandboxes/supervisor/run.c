/* RUN: one program, from a file or nothing on its standard input, to its end. */
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

struct run {
  struct clock clock;
  struct output output;
  struct run_result result;
  pid_t main_pid;
  int out, err, child_signals;
  unsigned helpers; /* threads that were there before the candidate's program ran */
  bool running, held;
};

/* How long may pass before the candidate's program is there. Ours to answer for, not theirs. */
static const uint64_t HELD_NS_MAX = 15000000000u;

static void take_status(struct run_result *result, int status, const struct rusage *usage) {
  result->ending = WIFSIGNALED(status) ? E_SIGNALLED : E_EXITED;
  result->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  result->process_bytes_peak = (uint64_t)usage->ru_maxrss * 1024u;
}

/* Ours is ready and the candidate's program has not begun: what was used so far is not its. */
static void let_go(struct run *run, const struct run_head *head) {
  uint32_t ignored;
  run->held = false;
  run->result.preparing_cpu_ns = cgroup_cpu_ns() - run->clock.cpu_start_ns;
  struct run_result there = {0};
  count_threads(&there); /* the program's own first thread is one of them */
  run->helpers = there.threads > 0 ? there.threads - 1 : 0;
  watchdog_disarm(&ignored);
  clock_start(&run->clock, head);
  watchdog_arm(&run->clock);
  kill(run->main_pid, SIGCONT);
}

static void reap(struct run *run, const struct run_head *head) {
  int status;
  struct rusage usage;
  struct signalfd_siginfo ignored;
  while (read(run->child_signals, &ignored, sizeof ignored) > 0) {}
  pid_t pid;
  while ((pid = wait4(-1, &status, WNOHANG | (run->held ? WUNTRACED : 0), &usage)) > 0)
    if (pid == run->main_pid && WIFSTOPPED(status)) {
      let_go(run, head);
    } else if (pid == run->main_pid) {
      run->result.wall_ns = now_ns() - run->clock.started_ns;
      take_status(&run->result, status, &usage);
      run->running = false;
    }
}

/* Stop for a limit. Out of time without having used it: how its threads stand is evidence of a
 * deadlock, so look before the kill. */
static void stop_for(struct run *run, uint32_t ending) {
  run->result.wall_ns = now_ns() - run->clock.started_ns;
  run->result.ending = ending;
  if (ending == E_WALL_LIMIT) {
    struct run_result *result = &run->result;
    count_threads(result);
    result->threads -= run->helpers < result->threads ? run->helpers : result->threads;
    result->threads_asleep -=
        run->helpers < result->threads_asleep ? run->helpers : result->threads_asleep;
  }
  kill_everything();
  struct rusage usage; /* of all children so far: an upper bound, and all that is left to ask */
  getrusage(RUSAGE_CHILDREN, &usage);
  run->result.process_bytes_peak = (uint64_t)usage.ru_maxrss * 1024u;
  run->running = false;
}

static void watch(struct run *run, const struct run_head *head) {
  while (run->running) {
    bool rests = output_rests(&run->output);
    struct pollfd fds[] = {{.fd = run->child_signals, .events = POLLIN},
                           {.fd = rests ? -1 : run->out, .events = POLLIN},
                           {.fd = rests ? -1 : run->err, .events = POLLIN},
                           {.fd = 0, .events = POLLIN}};
    if (poll(fds, 4, output_wait_ms(&run->output, clock_wait_ms(&run->clock))) < 0 &&
        errno != EINTR)
      die("poll\n");
    if (fds[3].revents != 0) die("the host went away, or spoke out of turn\n");
    bool over = false;
    if (fds[1].revents != 0 && !pass_on(&run->output, run->out, K_OUT, &over)) {
      close(run->out);
      run->out = -1;
    }
    if (fds[2].revents != 0 && !pass_on(&run->output, run->err, K_ERR, &over)) {
      close(run->err);
      run->err = -1;
    }
    if (fds[0].revents != 0) reap(run, head);
    uint32_t ending;
    if (run->running && over)
      stop_for(run, E_OUTPUT_LIMIT);
    else if (run->running && clock_expired(&run->clock, &ending))
      stop_for(run, ending);
  }
}

/* Everybody is dead, so both pipes end; what is still in them counts as written. */
static void drain(struct run *run) {
  bool over = false;
  while (run->out >= 0 && !over)
    if (!pass_on(&run->output, run->out, K_OUT, &over)) break;
  while (run->err >= 0 && !over)
    if (!pass_on(&run->output, run->err, K_ERR, &over)) break;
  if (over && run->result.ending <= E_SIGNALLED) run->result.ending = E_OUTPUT_LIMIT;
  if (run->out >= 0) close(run->out);
  if (run->err >= 0) close(run->err);
}

static int child_signal_fd(void) {
  static int fd = -1;
  if (fd >= 0) return fd;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  if (fd < 0) die("no signalfd\n");
  return fd;
}

void run_once(uint64_t length) {
  static struct program program;
  int out[2], err[2];
  read_program(&program, length);
  struct run run = {.output = {.limit = program.head.output_bytes}, .running = true};
  run.child_signals = child_signal_fd();
  int in = open(program.input[0] != '\0' ? program.input : "/dev/null", O_RDONLY | O_CLOEXEC);
  if (in < 0 || pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) die("no input or pipe\n");
  run.held = program.head.held != 0;
  struct run_head first = program.head;
  if (run.held) first.wall_ns = first.cpu_ns = HELD_NS_MAX;
  clock_start(&run.clock, &first);
  watchdog_arm(&run.clock);
  run.main_pid = spawn(&program, in, out[1], err[1], &run.result.error_number);
  close(in);
  close(out[1]);
  close(err[1]);
  run.out = out[0];
  run.err = err[0];
  if (run.main_pid < 0 || run.result.error_number != 0) {
    run.result.ending = E_NOT_STARTED;
    run.running = false;
  }
  watch(&run, &program.head);
  uint32_t ending;
  if (watchdog_disarm(&ending) && run.result.ending == E_SIGNALLED) run.result.ending = ending;
  kill_everything();
  drain(&run);
  run.result.starts = run.held ? 0 : 1;
  clock_stop(&run.clock, &run.result);
  send_frame(K_RESULT, 0, &run.result, sizeof run.result);
}
