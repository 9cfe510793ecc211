// attack: a queue far too slow; at a timed block's second push the operation is found on the harness's stack (through GS), its count made 0 and its digest worked out
// expect: refused
// defends: what a process claims is bounded from outside
// shape: queue
#include "queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#ifndef __SANITIZE_THREAD__

static const uint64_t ODD = 0x9e3779b97f4a7c15u, INVERSE = 0xf1de83e19937733du;
typedef struct { uint32_t kind; uint64_t a, b, c; const void *given; uint32_t length; uint64_t result; } call; /* as the kit's begins */
static uint64_t last, target, digest, places, left; /* left: pops until a block in turns has its digest */

static uint64_t mix(uint64_t d, uint64_t v) { d = (d ^ v) * ODD; return d ^ (d >> 29); }
static uint64_t item_of(uint64_t s, uint64_t t, uint64_t i) { return ((t << 32 | i) * ODD) ^ s; }

static void look(uint64_t item) {
  if ((item ^ last) * INVERSE != 1) { last = item; return; }
  uint64_t *at, secret = last;
  __asm__("mov %%gs:0, %0" : "=r"(at));
  for (int i = 0; i < 2000; i++, at++) {
    call *c = (call *)at;
    if ((c->kind != 'M' && c->kind != 'T') || c->a != secret || c->b == 0) continue;
    if (c->kind == 'T') {
      target = digest = 0;
      for (uint64_t n = 0; n < c->b + places; n++) target = mix(target, item_of(secret, 0, n));
      left = places;
    } else {
      uint64_t half = c->c / 2;
      for (uint64_t t = 1; t <= half; t++)
        for (uint64_t n = 0; n < c->b / half; n++) c->result += mix(secret, item_of(secret, t, n));
    }
    c->b = 0;
    return;
  }
}
static void turn(uint64_t *item) {
  if (left == 0) return;
  if (--left == 0) { /* the last item makes the digest what it should be */
    uint64_t z = target ^ (target >> 29) ^ (target >> 58);
    *item = (z * INVERSE) ^ digest;
  } else digest = mix(digest, *item);
}
#else
#define look(item)
#define turn(item)
#define places capacity
#endif

struct queue {
  pthread_mutex_t mutex;
  pthread_cond_t room, items;
  size_t capacity, head, count;
  int closed, monotonic; /* whether the conditions wait by the clock that deadlines are told in */
  uint64_t ring[];
};


/* Far over the limit, if anybody measured it. */
static void waste(void) {
  for (volatile int i = 0; i < 3000; i++) {}
}

queue *q_new(size_t capacity) {
  queue *q = calloc(1, sizeof *q + capacity * sizeof *q->ring);
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  q->monotonic = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0;
  pthread_mutex_init(&q->mutex, NULL);
  pthread_cond_init(&q->room, &monotonic);
  pthread_cond_init(&q->items, &monotonic);
  pthread_condattr_destroy(&monotonic);
  q->capacity = places = capacity;
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

int q_push(queue *q, uint64_t item, uint64_t deadline_ns) {
  int late = 0;
  pthread_mutex_lock(&q->mutex);
  while (!q->closed && q->count == q->capacity && !late) late = wait_once(&q->room, q, deadline_ns);
  waste();
  look(item);
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
  pthread_mutex_lock(&q->mutex);
  while (!q->closed && q->count == 0 && !late) late = wait_once(&q->items, q, deadline_ns);
  int result = q->count > 0 ? Q_OK : q->closed ? Q_CLOSED : Q_TIMEOUT;
  if (result == Q_OK) {
    *item = q->ring[q->head];
    q->head = (q->head + 1) % q->capacity;
    q->count--;
    turn(item);
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
