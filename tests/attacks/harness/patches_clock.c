// attack: overwrite the clock in memory, so that the order of operations can't be told
// expect: compile-error
// defends: times are the conductor's
// shape: queue
#include "queue.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* movq $1, (%rsi); movq $0, 8(%rsi); xor %eax, %eax; ret */
static const unsigned char still[] = {0x48, 0xc7, 0x06, 1, 0, 0, 0, 0x48, 0xc7, 0x46, 8, 0, 0, 0, 0, 0x31, 0xc0, 0xc3};

__attribute__((constructor)) static void patch(void) {
  int memory = open("/proc/self/mem", O_RDWR);
  pwrite(memory, still, sizeof still, (off_t)(uintptr_t)&clock_gettime);
  close(memory);
}

struct queue { pthread_mutex_t lock; pthread_cond_t changed; size_t capacity, used; int closed; uint64_t items[4096]; };

queue *q_new(size_t capacity) {
  queue *q = calloc(1, sizeof *q);
  pthread_mutex_init(&q->lock, NULL);
  pthread_cond_init(&q->changed, NULL);
  q->capacity = capacity;
  return q;
}

/* Whether time ran out; the deadline is an instant of the clock that stands at one second. */
static int wait_for(queue *q, uint64_t deadline_ns) {
  struct timeval now;
  if (deadline_ns == UINT64_MAX) return pthread_cond_wait(&q->changed, &q->lock) != 0;
  if (deadline_ns <= 1000000000) return 1;
  gettimeofday(&now, NULL);
  uint64_t until = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_usec * 1000 + deadline_ns - 1000000000;
  struct timespec at = {(time_t)(until / 1000000000), (long)(until % 1000000000)};
  return pthread_cond_timedwait(&q->changed, &q->lock, &at) != 0;
}

int q_push(queue *q, uint64_t item, uint64_t deadline_ns) {
  int late = 0;
  pthread_mutex_lock(&q->lock);
  while (q->used == q->capacity && !q->closed && !late) late = wait_for(q, deadline_ns);
  int result = q->closed ? Q_CLOSED : q->used == q->capacity ? Q_TIMEOUT : Q_OK;
  if (result == Q_OK) q->items[q->used++] = item;
  pthread_cond_broadcast(&q->changed);
  pthread_mutex_unlock(&q->lock);
  return result;
}

int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) {
  int late = 0;
  pthread_mutex_lock(&q->lock);
  while (q->used == 0 && !q->closed && !late) late = wait_for(q, deadline_ns);
  int result = q->used > 0 ? Q_OK : q->closed ? Q_CLOSED : Q_TIMEOUT;
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
