/* Drives a queue with threads and logs every operation. The same text serves C and C++.
 *
 *   run CAPACITY WATCHDOG_MS     then one line a thread: its operations, and what they wait for
 *   bench SEED CAPACITY ITEMS [THREADS]   half of them producers; one alone pushes and pops in turn
 *
 * Operations: p<item>[@us] push, g[@us] pop (with a deadline so many microseconds from then, none
 * if absent), c close, s<us> sleep. Logged: thread, operation, argument, result, item, start, end,
 * deadline; what had not ended when the watchdog barked has the result -1. */
#include "queue.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { THREADS_MAX = 64, OPS_MAX = 200000 };

typedef struct {
  char kind;
  int result;
  uint64_t argument, item, wait_us, start, end, deadline;
} op;

typedef struct {
  pthread_t thread;
  op *ops;
  size_t count;
  size_t ended; /* atomic: how many are over */
} script;

static queue *shared;
static script scripts[THREADS_MAX];
static size_t script_count;
static int go; /* atomic */

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void perform(op *o) {
  uint64_t start = now_ns();
  uint64_t deadline = o->wait_us == UINT64_MAX ? UINT64_MAX : start + o->wait_us * 1000;
  uint64_t item = o->argument;
  int result = 0;
  __atomic_store_n(&o->deadline, deadline, __ATOMIC_RELAXED);
  __atomic_store_n(&o->start, start, __ATOMIC_RELEASE);
  if (o->kind == 'p') result = q_push(shared, item, deadline);
  else if (o->kind == 'g') result = q_pop(shared, &item, deadline);
  else if (o->kind == 'c') q_close(shared);
  else usleep((useconds_t)o->argument);
  o->end = now_ns();
  o->item = item;
  o->result = result;
}

static void *run_script(void *argument) {
  script *s = (script *)argument;
  while (!__atomic_load_n(&go, __ATOMIC_ACQUIRE)) {}
  for (size_t i = 0; i < s->count; i++) {
    perform(&s->ops[i]);
    __atomic_store_n(&s->ended, i + 1, __ATOMIC_RELEASE);
  }
  return NULL;
}

static void read_script(char *line, script *s) {
  s->ops = (op *)calloc(strlen(line) / 2 + 2, sizeof(op));
  for (char *word = strtok(line, " \n"); word != NULL; word = strtok(NULL, " \n")) {
    op *o = &s->ops[s->count++];
    char *at = strchr(word, '@');
    o->kind = word[0];
    o->result = -1;
    o->argument = strtoull(word + 1, NULL, 10);
    o->wait_us = at == NULL ? UINT64_MAX : strtoull(at + 1, NULL, 10);
  }
}

static void print_log(uint64_t zero) {
  for (size_t t = 0; t < script_count; t++) {
    size_t ended = __atomic_load_n(&scripts[t].ended, __ATOMIC_ACQUIRE);
    for (size_t i = 0; i < scripts[t].count; i++) {
      op *o = &scripts[t].ops[i];
      uint64_t start = __atomic_load_n(&o->start, __ATOMIC_ACQUIRE);
      if (o->kind == 's' || start == 0) continue;
      uint64_t deadline = __atomic_load_n(&o->deadline, __ATOMIC_RELAXED);
      int over = i < ended;
      printf("%zu %c %" PRIu64 " %d %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", t, o->kind,
             o->argument, over ? o->result : -1, over ? o->item : 0, start - zero,
             over ? o->end - zero : 0, deadline == UINT64_MAX ? 0 : deadline - zero);
    }
  }
}

static uint64_t cpu_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int run(size_t capacity, uint64_t watchdog_ms) {
  static char line[1 << 22];
  while (script_count < THREADS_MAX && fgets(line, sizeof line, stdin) != NULL)
    read_script(line, &scripts[script_count++]);
  shared = q_new(capacity);
  for (size_t t = 0; t < script_count; t++)
    pthread_create(&scripts[t].thread, NULL, run_script, &scripts[t]);
  uint64_t zero = now_ns() - 1, cpu = cpu_ns(), seen = 0, changed = now_ns();
  __atomic_store_n(&go, 1, __ATOMIC_RELEASE);
  for (;;) { /* the watchdog: barks when no operation has ended for a while */
    uint64_t ended = 0, all = 0;
    for (size_t t = 0; t < script_count; t++) {
      ended += __atomic_load_n(&scripts[t].ended, __ATOMIC_ACQUIRE);
      all += scripts[t].count;
    }
    if (ended == all) break;
    if (ended != seen) { seen = ended; changed = now_ns(); }
    if (now_ns() - changed > watchdog_ms * 1000000) {
      printf("stuck %" PRIu64 "\n", cpu_ns() - cpu);
      print_log(zero);
      fflush(stdout);
      _exit(0); /* threads are still inside; nothing can be freed */
    }
    usleep(2000);
  }
  for (size_t t = 0; t < script_count; t++) pthread_join(scripts[t].thread, NULL);
  printf("ended %" PRIu64 "\n", cpu_ns() - cpu);
  print_log(zero);
  q_free(shared);
  return 0;
}

typedef struct { uint64_t first, count, sum, mixed; } share;

static void *produce(void *argument) {
  share *s = (share *)argument;
  for (uint64_t i = 0; i < s->count; i++) q_push(shared, s->first + i, UINT64_MAX);
  return NULL;
}

static void *consume(void *argument) {
  share *s = (share *)argument;
  uint64_t item;
  while (q_pop(shared, &item, UINT64_MAX) == Q_OK) {
    s->count++;
    s->sum += item;
    s->mixed ^= item * 0x9e3779b97f4a7c15u;
  }
  return NULL;
}

static void take_turns(const share *from, share *to) {
  uint64_t item = 0;
  for (uint64_t i = 0; i < from->count; i++) {
    q_pop(shared, &item, UINT64_MAX);
    q_push(shared, from->first + i, UINT64_MAX);
    to->count++;
    to->sum += item;
    to->mixed ^= item * 0x9e3779b97f4a7c15u;
  }
}

static int bench(uint64_t seed, size_t capacity, uint64_t items, int count) {
  int half = count / 2;
  share producers[THREADS_MAX], consumers[THREADS_MAX], total = {0, 0, 0, 0};
  pthread_t threads[2 * THREADS_MAX];
  memset(consumers, 0, sizeof consumers);
  for (int i = 0; i < half; i++)
    producers[i] = (share){seed + (uint64_t)i * items, items / (uint64_t)half, 0, 0};
  shared = q_new(capacity);
  /* Full from the start, so that what an operation costs in a full queue shows. */
  for (size_t i = 0; i < capacity; i++) q_push(shared, seed + items * THREADS_MAX + i, UINT64_MAX);
  if (half == 0) {
    producers[0] = (share){seed, items, 0, 0};
    take_turns(&producers[0], &consumers[0]);
  }
  for (int i = 0; i < half; i++) pthread_create(&threads[i], NULL, consume, &consumers[i]);
  for (int i = 0; i < half; i++) pthread_create(&threads[half + i], NULL, produce, &producers[i]);
  for (int i = 0; i < half; i++) pthread_join(threads[half + i], NULL);
  q_close(shared);
  for (int i = 0; i < half; i++) pthread_join(threads[i], NULL);
  if (half == 0) consume(&consumers[0]);
  for (int i = 0; i < THREADS_MAX; i++) {
    total.count += consumers[i].count;
    total.sum += consumers[i].sum;
    total.mixed ^= consumers[i].mixed;
  }
  printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", total.count, total.sum, total.mixed);
  q_free(shared);
  return 0;
}

int main(void) {
  char word[16];
  uint64_t a, b, c;
  if (scanf("%15s %" SCNu64 " %" SCNu64, word, &a, &b) != 3) return 3;
  if (strcmp(word, "run") == 0) {
    while (getchar() != '\n') {}
    return run((size_t)a, b);
  }
  int count = 4;
  if (scanf("%" SCNu64, &c) != 1) return 3;
  if (scanf("%d", &count) == 1 && (count < 1 || count > THREADS_MAX)) return 3;
  return bench(a, (size_t)b, c, count);
}
