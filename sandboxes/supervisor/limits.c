/* The limits of one run that are watched from here. Wall time is asked of the monotonic clock; CPU
 * time of the container's counter, when it could have been used up on all CPUs since the last
 * look; and whether memory ran out, at each look and every LOOK_NS_MAX: a look costs 2 us. */
#include "supervisor.h"

#include <sched.h>
#include <sys/resource.h>

static const uint64_t LOOK_NS_MIN = 2000000, LOOK_NS_MAX = 50000000;

static unsigned usable_cpus(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  int count = CPU_COUNT(&set);
  return count > 0 ? (unsigned)count : 1;
}

static uint64_t next_look(const struct clock *clock, uint64_t now, uint64_t used) {
  uint64_t soonest = (clock->cpu_limit_ns - used) / clock->cpus;
  if (soonest < LOOK_NS_MIN) return now + LOOK_NS_MIN;
  return now + (soonest < LOOK_NS_MAX ? soonest : LOOK_NS_MAX);
}

/* Of all who were waited for: the programs, and what they left behind, which came to us. */
static uint64_t preemptions(void) {
  struct rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  return (uint64_t)usage.ru_nivcsw;
}

void clock_start(struct clock *clock, const struct run_head *head) {
  clock->cpus = usable_cpus();
  clock->wall_ns = head->wall_ns;
  clock->cpu_limit_ns = head->cpu_ns;
  clock->oom_kills_before = cgroup_oom_kills();
  clock->preemptions_before = preemptions();
  clock->cpu_start_ns = cgroup_cpu_ns();
  clock->started_ns = now_ns();
  clock->next_look_ns = next_look(clock, clock->started_ns, 0);
}

bool clock_expired(struct clock *clock, uint32_t *ending) {
  uint64_t now = now_ns();
  if (now >= clock->next_look_ns) {
    if (cgroup_oom_kills() != clock->oom_kills_before) {
      *ending = E_MEMORY_LIMIT;
      return true;
    }
    uint64_t used = cgroup_cpu_ns() - clock->cpu_start_ns;
    if (used >= clock->cpu_limit_ns) {
      *ending = E_CPU_LIMIT;
      return true;
    }
    clock->next_look_ns = next_look(clock, now, used);
  }
  if (now - clock->started_ns >= clock->wall_ns) {
    *ending = E_WALL_LIMIT;
    return true;
  }
  return false;
}

int clock_wait_ms(const struct clock *clock) {
  uint64_t wall_end = clock->started_ns + clock->wall_ns;
  uint64_t until = wall_end < clock->next_look_ns ? wall_end : clock->next_look_ns;
  uint64_t now = now_ns();
  return now >= until ? 0 : (int)((until - now) / 1000000u + 1);
}

void clock_stop(const struct clock *clock, struct run_result *result) {
  result->cpu_ns = cgroup_cpu_ns() - clock->cpu_start_ns;
  result->oom_kills = cgroup_oom_kills() - clock->oom_kills_before;
  result->preemptions = preemptions() - clock->preemptions_before;
}
