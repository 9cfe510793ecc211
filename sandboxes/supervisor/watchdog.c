/* A second pair of eyes, for when the first may be shut: the main thread passes output on, and a
 * write to a full host pipe takes a page of the very memory that the programs fight for; it then
 * waits in their crowd, where the clock is not looked at. This thread takes no memory and passes
 * nothing on. It kills everybody at the first kill by memory, and when the main thread should have
 * stopped a run for its time and has not; that frees the memory, and the main thread goes on. */
#include "supervisor.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

static const uint64_t LATE_NS = 300000000, PERIOD_NS = 100000000;
static const size_t STACK_BYTES = 64 * 1024;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t armed = PTHREAD_COND_INITIALIZER;
static const struct clock *watched; /* of the run under way; NULL between runs */
static bool fired;
static uint32_t fired_for;

static bool must_end(const struct clock *clock, uint32_t *ending) {
  if (cgroup_oom_kills() != clock->oom_kills_before)
    *ending = E_MEMORY_LIMIT;
  else if (now_ns() - clock->started_ns >= clock->wall_ns + LATE_NS)
    *ending = E_WALL_LIMIT;
  else if (cgroup_cpu_ns() - clock->cpu_start_ns >= clock->cpu_limit_ns + LATE_NS * clock->cpus)
    *ending = E_CPU_LIMIT;
  else
    return false;
  return true;
}

static void *watch(void *unused) {
  const struct timespec period = {.tv_nsec = (long)PERIOD_NS};
  pthread_mutex_lock(&lock);
  for (;;) {
    while (watched == NULL) pthread_cond_wait(&armed, &lock);
    /* Under the lock, so that a run that has just ended is not the next one's death. */
    if (must_end(watched, &fired_for)) {
      fired = true;
      kill(-1, SIGKILL);
    }
    pthread_mutex_unlock(&lock);
    nanosleep(&period, NULL);
    pthread_mutex_lock(&lock);
  }
  return unused;
}

void watchdog_start(void) {
  pthread_t thread;
  pthread_attr_t attributes;
  sigset_t children;
  /* Blocked in both threads: else this one would take the signal that the other waits for. */
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  pthread_sigmask(SIG_BLOCK, &children, NULL);
  if (pthread_attr_init(&attributes) != 0 ||
      pthread_attr_setstacksize(&attributes, STACK_BYTES) != 0 ||
      pthread_create(&thread, &attributes, watch, NULL) != 0)
    die("no watchdog\n");
}

void watchdog_arm(const struct clock *clock) {
  pthread_mutex_lock(&lock);
  watched = clock;
  fired = false;
  pthread_cond_signal(&armed);
  pthread_mutex_unlock(&lock);
}

bool watchdog_disarm(uint32_t *ending) {
  pthread_mutex_lock(&lock);
  bool it_fired = fired;
  watched = NULL;
  *ending = fired_for;
  pthread_mutex_unlock(&lock);
  return it_fired;
}
