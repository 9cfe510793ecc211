/* A deadline that has passed ends a call before it looks for what is there. */
#include "queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct queue {
  pthread_mutex_t mutex;
  pthread_cond_t room, items;
  size_t capacity, head, count;
  int closed, monotonic; /* whether the conditions wait by the clock that deadlines are told in */
  uint64_t ring[];
};

queue *q_new(size_t capacity) {
  queue *q = calloc(1, sizeof *q + capacity * sizeof *q->ring);
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  q->monotonic = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0;
  pthread_mutex_init(&q->mutex, NULL);
  pthread_cond_init(&q->room, &monotonic);
  pthread_cond_init(&q->items, &monotonic);
  pthread_condattr_destroy(&monotonic);
  q->capacity = capacity;
  return q;
}

void q_free(queue *q) {
  pthread_cond_destroy(&q->room);
  pthread_cond_destroy(&q->items);
  pthread_mutex_destroy(&q->mutex);
  free(q);
}

/* Wait once; not 0 when the deadline has passed. */
static int wait_once(pthread_cond_t *condition, queue *q, uint64_t deadline_ns) {
  if (deadline_ns == UINT64_MAX) return pthread_cond_wait(condition, &q->mutex);
  if (!q->monotonic) { /* some systems wait by the time of day only: Windows' pthreads */
    struct timespec now, today;
    clock_gettime(CLOCK_MONOTONIC, &now);
    clock_gettime(CLOCK_REALTIME, &today);
    uint64_t now_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    deadline_ns -= deadline_ns < now_ns ? deadline_ns : now_ns;
    deadline_ns += (uint64_t)today.tv_sec * 1000000000u + (uint64_t)today.tv_nsec;
  }
  struct timespec until = {.tv_sec = (time_t)(deadline_ns / 1000000000u),
                           .tv_nsec = (long)(deadline_ns % 1000000000u)};
  return pthread_cond_timedwait(condition, &q->mutex, &until);
}

static int has_passed(uint64_t deadline_ns) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec > deadline_ns;
}

int q_push(queue *q, uint64_t item, uint64_t deadline_ns) {
  int late = 0;
  pthread_mutex_lock(&q->mutex);
  while (!q->closed && q->count == q->capacity && !late) late = wait_once(&q->room, q, deadline_ns);
  int result = q->closed ? Q_CLOSED : q->count == q->capacity ? Q_TIMEOUT : Q_OK;
  if (result == Q_OK) {
    q->ring[(q->head + q->count++) % q->capacity] = item;
    pthread_cond_signal(&q->items);
  }
  pthread_mutex_unlock(&q->mutex);
  return result;
}

int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) {
  int late = 0;
  if (has_passed(deadline_ns)) return Q_TIMEOUT;
  pthread_mutex_lock(&q->mutex);
  while (!q->closed && q->count == 0 && !late) late = wait_once(&q->items, q, deadline_ns);
  int result = q->count > 0 ? Q_OK : q->closed ? Q_CLOSED : Q_TIMEOUT;
  if (result == Q_OK) {
    *item = q->ring[q->head];
    q->head = (q->head + 1) % q->capacity;
    q->count--;
    pthread_cond_signal(&q->room);
  }
  pthread_mutex_unlock(&q->mutex);
  return result;
}

void q_close(queue *q) {
  pthread_mutex_lock(&q->mutex);
  q->closed = 1;
  pthread_cond_broadcast(&q->room);
  pthread_cond_broadcast(&q->items);
  pthread_mutex_unlock(&q->mutex);
}
