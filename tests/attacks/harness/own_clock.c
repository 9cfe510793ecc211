// attack: bring a clock that stands still, so that the order of operations can't be told
// expect: compile-error
// defends: the harness's log is judged by another program
// shape: queue
#include "queue.h"
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t which, struct timespec *t) {
  (void)which;
  t->tv_sec = 1;
  t->tv_nsec = 0;
  return 0;
}

struct queue { pthread_mutex_t lock; pthread_cond_t changed; size_t capacity, used; int closed; uint64_t items[4096]; };

queue *q_new(size_t capacity) {
  queue *q = calloc(1, sizeof *q);
  pthread_mutex_init(&q->lock, NULL);
  pthread_cond_init(&q->changed, NULL);
  q->capacity = capacity;
  return q;
}

static int wait_for(queue *q, uint64_t deadline_ns) {
  (void)deadline_ns;
  return pthread_cond_wait(&q->changed, &q->lock);
}

int q_push(queue *q, uint64_t item, uint64_t deadline_ns) {
  pthread_mutex_lock(&q->lock);
  while (q->used == q->capacity && !q->closed) wait_for(q, deadline_ns);
  int result = q->closed ? Q_CLOSED : Q_OK;
  if (result == Q_OK) q->items[q->used++] = item;
  pthread_cond_broadcast(&q->changed);
  pthread_mutex_unlock(&q->lock);
  return result;
}

int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) {
  pthread_mutex_lock(&q->lock);
  while (q->used == 0 && !q->closed) wait_for(q, deadline_ns);
  int result = q->used == 0 ? Q_CLOSED : Q_OK;
  if (result == Q_OK) *item = q->items[--q->used];
  pthread_cond_broadcast(&q->changed);
  pthread_mutex_unlock(&q->lock);
  return result;
}

void q_close(queue *q) {
  pthread_mutex_lock(&q->lock);
  q->closed = 1;
  pthread_cond_broadcast(&q->changed);
  pthread_mutex_unlock(&q->lock);
}

void q_free(queue *q) { free(q); }
