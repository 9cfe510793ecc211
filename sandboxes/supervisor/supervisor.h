/* The supervisor: PID 1 of every sandbox container. Theory of operation.
 *
 * The host (sandboxes/box.py) attaches to this process's standard input and output and speaks
 * frames: a 16-byte head {kind, argument, length}, little-endian, then `length` raw bytes. One
 * request is answered before the next is read. When the host goes away (end of file on standard
 * input), everything here is killed and the container ends; nothing outlives its runner.
 *
 * Three users belong to a container besides root, by ids that no other living container has: the
 * candidate's, that of the reference it is compared with, and that of the package's programs in
 * the judge's container beside. One of them owns /box. Root here holds only CAP_SETUID, CAP_SETGID
 * and CAP_KILL, so files of other users are touched by taking on their file-system identity
 * (setfsuid): nothing can be reached that way that the user itself could not reach.
 *
 * This process reports; it never decides a verdict. It is not the one to be killed when memory
 * runs out because it holds no buffers: input is a file, output goes on to the host as it comes.
 * But it shares the container's memory, and while hundreds of processes fight for the last page,
 * whoever asks for one waits in that crowd, PID 1 too. So between a program's start and its end
 * it opens nothing, the first kill by memory ends the run, and a second thread (watchdog.c) sees
 * to that where the first is stuck.
 *
 * Two verbs for failure, never mixed: `die` when we are broken (the host sees the connection
 * close and calls it a fault of ours), and a RESULT frame for whatever the program did.
 */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
  PROTOCOL_VERSION = 6,
  STDERR_BYTES_MAX = 64 * 1024, /* what of it goes to the host; the rest only counts */
  ARGUMENTS_MAX = 256,
  STRINGS_BYTES_MAX = 64 * 1024,
  SERVED_MAX = 16, /* programs alive at once in one SERVE */
};

enum kind {
  /* host to supervisor */
  K_HELLO = 1,
  K_PUT = 2,
  K_GET = 3,
  K_RUN = 4,
  K_SERVE = 5,
  K_STOP = 6,
  K_WIPE = 7,
  /* supervisor to host */
  K_DONE = 65,
  K_OUT = 66,
  K_ERR = 67,
  K_RESULT = 68,
  K_FILE = 69,
  K_LISTENING = 70,
};

/* Why a run ended. The numbers are the wire's; sandboxes/frames.py has the same. */
enum ending {
  E_EXITED = 0,
  E_SIGNALLED = 1,
  E_WALL_LIMIT = 2,
  E_CPU_LIMIT = 3,
  E_OUTPUT_LIMIT = 4,
  E_NOT_STARTED = 5,
  E_MEMORY_LIMIT = 6,
};

/* Who programs run as; `owner` is one of the others. */
struct users {
  uid_t owner, reference, harness;
};

struct frame_head {
  uint32_t kind, argument;
  uint64_t length;
};

/* RUN and SERVE: this head, then the strings, each ended by NUL: arguments, environment, working
 * directory, path of the standard input (RUN; "" for none) or name of the socket (SERVE).
 *
 * `held`: what is started first is ours (Wine, and our supervisor for Windows beneath it). It stops
 * itself by SIGSTOP when the candidate's program is there and has done nothing yet; the clocks
 * start anew then, and it is let go. */
struct run_head {
  uint64_t wall_ns, cpu_ns, output_bytes, file_bytes, stack_bytes, open_files;
  uint32_t uid, argument_count, environment_count, strings_length, fixed_addresses, held;
};

struct run_result {
  uint32_t ending;
  int32_t exit_code, signal, error_number;
  uint64_t wall_ns, cpu_ns, process_bytes_peak, oom_kills;
  uint32_t threads, threads_asleep;
  uint32_t starts; /* a held run that never came to its program has 0 */
  uint32_t failures;
  uint64_t preemptions;      /* how often the program was taken off its CPU against its will */
  uint64_t preparing_cpu_ns; /* used before the program was let go, where it was held */
};

/* What a harness hears on its connection when the program it started has ended. */
struct served_report {
  uint32_t ending;
  int32_t exit_code, signal;
  uint32_t killed_on_request;
  uint64_t cpu_ns; /* of all its processes; beside other programs, of those it waited for */
  uint64_t process_bytes_peak;
};

/* wire.c */
_Noreturn void die(const char *what);
void read_exactly(void *into, size_t length);
bool read_head(struct frame_head *head);
void send_frame(enum kind kind, uint32_t argument, const void *body, size_t length);
uint64_t now_ns(void);

/* cgroup.c */
void cgroup_open(void);
uint64_t cgroup_cpu_ns(void);
uint64_t cgroup_oom_kills(void);

/* files.c */
void files_put(uint64_t length);
void files_get(uint64_t length);
unsigned wipe_writable(const struct users *users);

/* processes.c */
struct program {
  char *arguments[ARGUMENTS_MAX + 1], *environment[ARGUMENTS_MAX + 1];
  const char *directory, *input;
  struct run_head head;
  char strings[STRINGS_BYTES_MAX];
};
struct served {
  pid_t pid;
  int control;
  uint64_t cpu_start_ns; /* the container's, when it started by itself; 0 beside another */
};
void read_program(struct program *program, uint64_t length);
pid_t spawn(const struct program *program, int in, int out, int err, int *error_number);
void kill_everything(void);
void count_threads(struct run_result *result);

/* run.c, serve.c */
void run_once(uint64_t length);
void serve(uint64_t length, const struct users *users);

/* limits.c: the clock of one run, and when to look at it and at the memory next */
struct clock {
  uint64_t started_ns, wall_ns, cpu_start_ns, cpu_limit_ns, next_look_ns, oom_kills_before,
      preemptions_before;
  unsigned cpus;
};
void clock_start(struct clock *clock, const struct run_head *head);
bool clock_expired(struct clock *clock, uint32_t *ending);
int clock_wait_ms(const struct clock *clock);
/* What was used since the start; everybody must be dead and waited for. */
void clock_stop(const struct clock *clock, struct run_result *result);

/* watchdog.c: ends a run when the main thread can't; disarming tells whether it did, and for what:
 * so a program that SIGKILL ended was stopped by us, if it did */
void watchdog_start(void);
void watchdog_arm(const struct clock *clock);
bool watchdog_disarm(uint32_t *ending);

/* output.c: passing what a program writes on to the host, and counting it */
struct output {
  uint64_t total, limit;
  uint64_t stderr_sent;
  uint64_t rest_until_ns; /* nothing is passed on before: what comes meanwhile goes as one piece */
};
bool pass_on(struct output *output, int from, enum kind kind, bool *over);
bool output_rests(const struct output *output);
int output_wait_ms(const struct output *output, int wait_ms);

#endif
