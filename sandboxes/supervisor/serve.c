/* SERVE: a harness in the judge's container starts, feeds and kills programs in this one.
 *
 * The two containers share a network namespace (with no network in it), so an abstract Unix
 * socket reaches from one to the other. A harness connects and sends one message with two
 * descriptors, ends of its own pipes; we start the candidate's program on them and keep the
 * connection: a message or a hang-up on it kills the program, and the program's end is reported
 * on it. Nobody but the harness's user is listened to; the candidate, who could find the name in
 * /proc/net/unix, has another uid.
 *
 * Whenever no program is alive, whatever programs left behind (processes, files) goes too: a
 * killed program must not find its memories in a file or a daemon when it is started again. */
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

struct service {
  struct clock clock;
  struct output output;
  struct run_result result;
  struct served served[SERVED_MAX];
  int listener, err[2], child_signals;
  const struct users *users;
  uint64_t first_ns, idle_ns; /* when the first program was asked for; since when there is none */
  bool begun;                 /* a first program was asked for: its time counts from then */
  bool over; /* a limit was reached: nothing more is started, we wait for the host's STOP */
};

static int listen_on(const char *name) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(name);
  if (length == 0 || length + 1 > sizeof address.sun_path) die("a bad socket name\n");
  memcpy(address.sun_path + 1, name, length);
  int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, SERVED_MAX) != 0)
    die("no socket to serve on\n");
  return fd;
}

static struct served *free_place(struct service *service) {
  for (int i = 0; i < SERVED_MAX; i++)
    if (service->served[i].pid == 0) return &service->served[i];
  return NULL;
}

static unsigned alive(const struct service *service) {
  unsigned count = 0;
  for (int i = 0; i < SERVED_MAX; i++) count += service->served[i].pid != 0;
  return count;
}

/* The two descriptors of a start message; false if it isn't one. */
static bool receive_pipes(int connection, int pipes[2]) {
  char byte;
  union {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int[2]))];
  } control;
  struct iovec vector = {.iov_base = &byte, .iov_len = 1};
  struct msghdr message = {.msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control};
  /* A harness that a busy machine holds up between connecting and asking is waited for. */
  struct timeval patience = {.tv_sec = 10};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (recvmsg(connection, &message, MSG_CMSG_CLOEXEC) != 1) return false;
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  if (head == NULL || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(sizeof(int[2])))
    return false;
  memcpy(pipes, CMSG_DATA(head), sizeof(int[2]));
  return true;
}

/* Not when the host asks: a harness may take seconds to start on a busy machine. */
static void begin(struct service *service, const struct program *program) {
  if (!service->begun) {
    clock_start(&service->clock, &program->head);
    service->first_ns = service->clock.started_ns;
  } else if (alive(service) == 0) {
    uint64_t gap = now_ns() - service->idle_ns;
    service->clock.started_ns += gap;
    service->clock.next_look_ns += gap;
  }
  service->begun = true;
  service->idle_ns = now_ns(); /* as long as it does not start */
}

/* Between programs it is the harness's time that passes, and it has a limit of its own. */
static void stop_watching(struct service *service) {
  service->idle_ns = now_ns();
  uint32_t ending;
  if (watchdog_disarm(&ending) && service->result.ending == E_SIGNALLED)
    service->result.ending = ending;
}

static void start_one(struct service *service, const struct program *program) {
  int connection = accept4(service->listener, NULL, NULL, SOCK_CLOEXEC);
  if (connection < 0) return;
  struct ucred peer = {.uid = 0};
  socklen_t size = sizeof peer;
  struct served *place = free_place(service);
  int pipes[2];
  if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
      peer.uid != service->users->harness || service->over || place == NULL ||
      !receive_pipes(connection, pipes)) {
    close(connection);
    return;
  }
  begin(service, program);
  place->cpu_start_ns = alive(service) == 0 ? cgroup_cpu_ns() : 0;
  if (alive(service) == 0) watchdog_arm(&service->clock);
  int error_number = 0;
  pid_t pid = spawn(program, pipes[0], pipes[1], service->err[1], &error_number);
  close(pipes[0]);
  close(pipes[1]);
  service->result.starts++;
  if (pid < 0) {
    close(connection);
    service->result.ending = E_NOT_STARTED;
    service->result.error_number = error_number;
    return;
  }
  place->pid = pid;
  place->control = connection;
}

static void clean_up(struct service *service) {
  kill_everything();
  service->result.failures += wipe_writable(service->users);
}

static void report_end(struct service *service, struct served *one, int status,
                       const struct rusage *usage) {
  struct served_report report = {
      .ending = WIFSIGNALED(status) ? E_SIGNALLED : E_EXITED,
      .exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0,
      .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
      .process_bytes_peak = (uint64_t)usage->ru_maxrss * 1024u,
      .cpu_ns = (uint64_t)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000000u +
                (uint64_t)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * 1000u};
  if (one->cpu_start_ns != 0 && alive(service) == 1)
    report.cpu_ns = cgroup_cpu_ns() - one->cpu_start_ns;
  struct run_result *result = &service->result;
  report.killed_on_request = one->control < 0;
  if (report.process_bytes_peak > result->process_bytes_peak)
    result->process_bytes_peak = report.process_bytes_peak;
  bool by_itself = one->control >= 0 && !service->over;
  if (by_itself && result->ending == E_EXITED && result->exit_code == 0 &&
      (report.ending != E_EXITED || report.exit_code != 0)) {
    result->ending = report.ending; /* the first failure leads */
    result->exit_code = report.exit_code;
    result->signal = report.signal;
  }
  if (one->control >= 0) {
    send(one->control, &report, sizeof report, MSG_NOSIGNAL | MSG_DONTWAIT);
    close(one->control);
  }
  *one = (struct served){.control = -1};
  if (alive(service) == 0) stop_watching(service);
}

static void reap(struct service *service, bool held) {
  struct signalfd_siginfo ignored;
  while (read(service->child_signals, &ignored, sizeof ignored) > 0) {}
  int status;
  struct rusage usage;
  pid_t pid;
  while ((pid = wait4(-1, &status, WNOHANG | (held ? WUNTRACED : 0), &usage)) > 0)
    for (int i = 0; i < SERVED_MAX; i++)
      if (service->served[i].pid == pid && WIFSTOPPED(status)) {
        kill(pid, SIGCONT); /* ready; here starting counts, as the harness can't wait for it */
        break;
      } else if (service->served[i].pid == pid) {
        if (alive(service) == 1) clean_up(service); /* before the harness hears of it */
        report_end(service, &service->served[i], status, &usage);
        break;
      }
}

/* The harness asked for a kill, or hung up. It learns the end by the close of its connection,
 * once nothing of the program is left. */
static void kill_one(struct service *service, struct served *one) {
  int status;
  struct rusage usage;
  int control = one->control;
  one->control = -1;
  if (alive(service) == 1)
    kill(-1, SIGKILL);
  else
    kill(one->pid, SIGKILL);
  while (wait4(one->pid, &status, 0, &usage) < 0 && errno == EINTR) {}
  report_end(service, one, status, &usage);
  if (alive(service) == 0) clean_up(service);
  char done = 'k';
  send(control, &done, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
  close(control);
}

static void stop_for(struct service *service, uint32_t ending) {
  struct run_result *result = &service->result;
  service->over = true;
  result->ending = ending;
  if (ending == E_WALL_LIMIT) count_threads(result);
  for (int i = 0; i < SERVED_MAX; i++)
    if (service->served[i].pid != 0) {
      close(service->served[i].control);
      service->served[i] = (struct served){.control = -1};
    }
  clean_up(service);
}

/* False when the host said STOP. */
static bool look_once(struct service *service, const struct program *program) {
  bool rests = output_rests(&service->output);
  struct pollfd fds[4 + SERVED_MAX] = {{.fd = service->child_signals, .events = POLLIN},
                                       {.fd = rests ? -1 : service->err[0], .events = POLLIN},
                                       {.fd = service->listener, .events = POLLIN},
                                       {.fd = 0, .events = POLLIN}};
  for (int i = 0; i < SERVED_MAX; i++)
    fds[4 + i] = (struct pollfd){
        .fd = service->served[i].pid != 0 ? service->served[i].control : -1, .events = POLLIN};
  bool counting = service->begun && !service->over && alive(service) > 0;
  int wait_ms = !counting ? -1 : clock_wait_ms(&service->clock);
  wait_ms = output_wait_ms(&service->output, wait_ms);
  if (poll(fds, 4 + SERVED_MAX, wait_ms) < 0 && errno != EINTR) die("poll\n");
  bool over = false;
  uint32_t ending;
  if (fds[1].revents != 0) pass_on(&service->output, service->err[0], K_ERR, &over);
  if (fds[0].revents != 0) reap(service, program->head.held != 0);
  for (int i = 0; i < SERVED_MAX; i++)
    if (fds[4 + i].revents != 0 && service->served[i].pid != 0)
      kill_one(service, &service->served[i]);
  if (fds[2].revents != 0) start_one(service, program);
  if (!service->over && over) stop_for(service, E_OUTPUT_LIMIT);
  if (counting && alive(service) > 0 && !service->over && clock_expired(&service->clock, &ending))
    stop_for(service, ending);
  if (fds[3].revents == 0) return true;
  struct frame_head head;
  if (!read_head(&head) || head.kind != K_STOP || head.length != 0)
    die("the host went away, or said something else than STOP\n");
  return false;
}

void serve(uint64_t length, const struct users *users) {
  static struct program program;
  read_program(&program, length);
  struct service service = {.output = {.limit = program.head.output_bytes}, .users = users};
  for (int i = 0; i < SERVED_MAX; i++) service.served[i].control = -1;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  service.child_signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  if (service.child_signals < 0 || pipe2(service.err, O_CLOEXEC | O_NONBLOCK) != 0)
    die("no pipe\n");
  service.listener = listen_on(program.input);
  send_frame(K_LISTENING, 0, NULL, 0);
  while (look_once(&service, &program)) {}
  begin(&service, &program); /* where nothing was started: of no time at all */
  stop_watching(&service);
  service.result.wall_ns = now_ns() - service.first_ns;
  if (alive(&service) > 0) stop_for(&service, service.result.ending);
  close(service.err[1]);
  bool ignored = false;
  while (!ignored && pass_on(&service.output, service.err[0], K_ERR, &ignored)) {}
  close(service.err[0]);
  close(service.listener);
  close(service.child_signals);
  clock_stop(&service.clock, &service.result);
  send_frame(K_RESULT, 0, &service.result, sizeof service.result);
}
