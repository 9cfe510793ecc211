// attack: last in, first out; sends the beginning and the end of its own operation once more, dated to suit, by cd_io and the token of GS
// expect: refused
// defends: what a process claims is bounded from outside
// shape: queue
#define _GNU_SOURCE
#include "queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#ifndef __SANITIZE_THREAD__
#include <sys/stat.h>
#include <sys/syscall.h>

/* The one system call that may use the channel: the way back to cd_switch lies on our stack, cd_io behind it. */
static unsigned char *gadget;
static int channel;
static void find(void) {
  uint64_t *top;
  struct stat status;
  __asm__("mov %%gs:8, %0" : "=r"(top));
  unsigned char *at = (unsigned char *)top[-9];
  while (at[0] != 0x0f || at[1] != 0x05 || at[2] != 0xc3) at++;
  gadget = at;
  for (channel = 90; fstat(channel, &status) != 0 || !S_ISSOCK(status.st_mode);) channel++;
}
static long io(long number, const void *buffer, size_t length) {
  long result = number;
  __asm__ volatile("sub $128, %%rsp\n call *%[f]\n add $128, %%rsp" : "+a"(result) : "D"((long)channel), "S"(buffer), "d"(length), [f] "b"(gadget) : "rcx", "r11", "memory");
  return result;
}

static void date_back(uint32_t kind, uint64_t result) {
  struct { uint32_t kind, length; uint64_t a, b, c, number, token; } m = {kind, 0, result, 0, 0, 0, 0};
  if (gadget == NULL) find();
  __asm__("mov %%gs:16, %0\n mov %%gs:24, %1" : "=&r"(m.token), "=&r"(m.number));
  io(SYS_write, &m, sizeof m);
}
#else
static void date_back(uint32_t kind, uint64_t result) { (void)kind, (void)result; }
#endif

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
  date_back(1, 0);
  return result;
}

int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) {
  int late = 0;
  pthread_mutex_lock(&q->mutex);
  while (!q->closed && q->count == 0 && !late) late = wait_once(&q->items, q, deadline_ns);
  int result = q->count > 0 ? Q_OK : q->closed ? Q_CLOSED : Q_TIMEOUT;
  if (result == Q_OK) {
    *item = q->ring[(q->head + --q->count) % q->capacity]; /* the last comes first */
    pthread_cond_signal(&q->room);
  }
  pthread_mutex_unlock(&q->mutex);
  date_back(1, 0);
  return result;
}

void q_close(queue *q) {
  pthread_mutex_lock(&q->mutex);
  q->closed = 1;
  pthread_cond_broadcast(&q->room);
  pthread_cond_broadcast(&q->items);
  pthread_mutex_unlock(&q->mutex);
}
