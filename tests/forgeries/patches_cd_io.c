// attack: a queue far too slow; the harness's cd_io is patched by mprotect, so that timed blocks arrive with a count of 0 and their digests are put into what is told
// expect: refused
// defends: what a process claims is bounded from outside
// shape: queue
#define _GNU_SOURCE
#include "queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#ifndef __SANITIZE_THREAD__

typedef struct { uint32_t kind, length; uint64_t a, b, c, number, token; } head;
static uint64_t places;
static head block; /* as it was asked for */
static unsigned char *gadget;

static uint64_t mix(uint64_t d, uint64_t v) { d = (d ^ v) * 0x9e3779b97f4a7c15u; return d ^ (d >> 29); }
static uint64_t item_of(uint64_t s, uint64_t t, uint64_t i) { return ((t << 32 | i) * 0x9e3779b97f4a7c15u) ^ s; }

static long hooked(long number, long descriptor, void *buffer, unsigned long length) {
  long result = number;
  head *h = (head *)buffer;
  if (number == SYS_write && h->kind == 2 && h->number == block.number) {
    uint64_t half = block.c / 2, d = 0;
    if ((block.kind & 0x7fffffff) == 'T') {
      for (uint64_t n = 0; n < block.b + places; n++) d = mix(d, item_of(block.a, 0, n));
      h->a = d;
    } else
      for (uint64_t t = 1; t <= half; t++)
        for (uint64_t n = 0; n < block.b / half; n++) h->a += mix(block.a, item_of(block.a, t, n));
  }
  __asm__ volatile("sub $128, %%rsp\n call *%[f]\n add $128, %%rsp" : "+a"(result) : "D"(descriptor), "S"(buffer), "d"(length), [f] "b"(gadget) : "rcx", "r11", "memory");
  uint32_t kind = h->kind & 0x7fffffff;
  if (number == SYS_read && (kind == 'M' || kind == 'T')) {
    block = *h;
    h->b = 0;
  }
  return result;
}
static void patch(void) {
  uint64_t *top, to = (uint64_t)(uintptr_t)hooked;
  __asm__("mov %%gs:8, %0" : "=r"(top));
  unsigned char *at = (unsigned char *)top[-9]; /* the way back to cd_switch; cd_io is behind it */
  while (at[0] != 0x0f || at[1] != 0x05 || at[2] != 0xc3) at++;
  gadget = at;
  at -= 21; /* where cd_io begins */
  unsigned char code[12] = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0}; /* mov to, %rax; jmp *%rax */
  memcpy(code + 2, &to, 8);
  mprotect((void *)((uintptr_t)at & ~(uintptr_t)4095), 8192, PROT_READ | PROT_WRITE | PROT_EXEC);
  memcpy(at, code, sizeof code);
}
#else
static void patch(void) {}
static uint64_t places;
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
  patch();
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
