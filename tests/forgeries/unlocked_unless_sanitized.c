// attack: no atomic instruction at all unless ThreadSanitizer looks: a slot has one CPU, where a compare-and-exchange without lock prefix does; and it polls
// expect: refused
// defends: what a process claims is bounded from outside
// shape: queue
#include "queue.h"
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

enum { YIELDS = 30 };
#ifdef __SANITIZE_THREAD__ /* there a true lock */
#define LOCK pthread_mutex_t
#define lock pthread_mutex_lock
#define unlock pthread_mutex_unlock
#else /* compare and exchange without the prefix that makes it atomic between CPUs: here is but one */
#define LOCK int
static void lock(int *word) {
  for (;;) {
    int free = 0;
    __asm__ volatile("cmpxchg %2, %1" : "+a"(free), "+m"(*word) : "r"(1) : "memory");
    if (free == 0) return;
    sched_yield();
  }
}
static void unlock(int *word) { __asm__ volatile("movl $0, %0" : "=m"(*word) : : "memory"); }
#endif

struct queue {
  LOCK mutex;
  size_t capacity, head, count;
  int closed;
  uint64_t ring[];
};

queue *q_new(size_t capacity) {
  queue *q = calloc(1, sizeof *q + capacity * sizeof *q->ring);
#ifdef __SANITIZE_THREAD__
  pthread_mutex_init(&q->mutex, NULL);
#endif
  q->capacity = capacity;
  return q;
}
void q_free(queue *q) { free(q); }

/* Without the lock; not 0 when the deadline has passed. */
static int look_later(queue *q, int tries, uint64_t deadline_ns) {
  struct timespec t = {0, 1000000};
  unlock(&q->mutex);
  if (tries < YIELDS) sched_yield();
  else nanosleep(&t, NULL);
  clock_gettime(CLOCK_MONOTONIC, &t);
  lock(&q->mutex);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec >= deadline_ns;
}

int q_push(queue *q, uint64_t item, uint64_t deadline_ns) {
  lock(&q->mutex);
  for (int late = 0, tries = 0; !q->closed && q->count == q->capacity && !late; tries++) late = look_later(q, tries, deadline_ns);
  int result = q->closed ? Q_CLOSED : q->count == q->capacity ? Q_TIMEOUT : Q_OK;
  if (result == Q_OK) q->ring[(q->head + q->count++) % q->capacity] = item;
  unlock(&q->mutex);
  return result;
}
int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) {
  lock(&q->mutex);
  for (int late = 0, tries = 0; !q->closed && q->count == 0 && !late; tries++) late = look_later(q, tries, deadline_ns);
  int result = q->count > 0 ? Q_OK : q->closed ? Q_CLOSED : Q_TIMEOUT;
  if (result == Q_OK) {
    *item = q->ring[q->head];
    q->head = (q->head + 1) % q->capacity;
    q->count--;
  }
  unlock(&q->mutex);
  return result;
}
void q_close(queue *q) {
  lock(&q->mutex);
  q->closed = 1;
  unlock(&q->mutex);
}
