// attack: an ifunc resolver, run by the loader before every array of functions, takes the channel over; no queue at all
// expect: refused
// defends: what a process claims is bounded from outside
// shape: queue
#define _GNU_SOURCE
#include "queue.h"
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* No thread area yet: nothing but system calls made by hand. */
static long call(long n, long a, const void *b, long c, const void *d, long e) {
  register const void *r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  long r;
  __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8) : "rcx", "r11", "memory");
  return r;
}
static void copy(void *to, const void *from, size_t n) {
  if ((char *)to <= (char *)from) for (size_t i = 0; i < n; i++) ((volatile char *)to)[i] = ((const char *)from)[i];
  else while (n-- > 0) ((volatile char *)to)[n] = ((const char *)from)[n];
}
static void now_by_hand(struct timespec *t) { call(228, 1, t, 0, 0, 0); }
static void leave(int code) { for (;;) call(231, code, 0, 0, 0, 0); }
#define memcpy copy
#define memmove copy
#define clock_gettime(clock, t) now_by_hand(t)
#define _exit leave
static long get_message(void *m, size_t n) { return call(0, 0, m, (long)n, 0, 0); }
static void put_message(const void *m, size_t n) { if (call(1, 1, m, (long)n, 0, 0) != (long)n) leave(1); }
static int wait_message(const struct timespec *t) {
  struct pollfd p = {0, POLLIN, 0};
  return call(271, (long)&p, (void *)1, (long)t, 0, 8) > 0;
}
/* The conductor's protocol, answered by one thread and a plain array: no queue for threads. */

typedef struct { uint32_t kind, length; uint64_t a, b, c, number, token; } head;
static struct { head h; uint64_t until; } waiting[128];
static unsigned waiters;
static uint64_t ring[65536], first, count, capacity;
static int closed;

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
static uint64_t mix(uint64_t d, uint64_t v) { d = (d ^ v) * 0x9e3779b97f4a7c15u; return d ^ (d >> 29); }
static uint64_t item_of(uint64_t s, uint64_t t, uint64_t i) { return ((t << 32 | i) * 0x9e3779b97f4a7c15u) ^ s; }
static void tell(uint32_t kind, const head *of, uint64_t result, uint64_t value) {
  head h = {kind, 0, result, value, 0, of->number, of->token};
  put_message(&h, sizeof h);
}
static void done(unsigned i, uint64_t result, uint64_t value) {
  tell(2, &waiting[i].h, result, value);
  memmove(&waiting[i], &waiting[i + 1], (--waiters - i) * sizeof waiting[0]);
}
static void settle(void) {
  for (unsigned i = 0; i < waiters;) {
    head *h = &waiting[i].h;
    if (h->kind == 'p' && closed) done(i, 2, 0);
    else if (h->kind == 'p' && count < capacity) { ring[(first + count++) % 65536] = h->a; done(i, 0, 0); }
    else if (h->kind == 'g' && count > 0) { uint64_t v = ring[first++ % 65536]; count--; done(i, 0, v); }
    else if (h->kind == 'g' && closed) done(i, 2, 0);
    else { i++; continue; }
    i = 0;
  }
  for (unsigned i = 0; i < waiters;)
    if (waiting[i].until <= now_ns()) done(i, 1, 0);
    else i++;
}
static uint64_t digest_of(const head *h, uint32_t kind) {
  uint64_t d = 0, half = h->c / 2;
  if (kind == 'T') {
    for (uint64_t i = 0; i < h->b + capacity; i++) d = mix(d, item_of(h->a, 0, i));
    return d;
  }
  for (uint64_t i = 0; i < capacity; i++) d += mix(h->a, item_of(h->a, 0, i));
  for (uint64_t t = 1; t <= half; t++)
    for (uint64_t i = 0; i < h->b / half; i++) d += mix(h->a, item_of(h->a, t, i));
  return d;
}
static void serve(void) {
  static unsigned char message[65536 + sizeof(head)];
  uint64_t workers = 1, stops = 0;
  head h;
  for (;;) {
    uint64_t until = UINT64_MAX, t = now_ns();
    for (unsigned i = 0; i < waiters; i++) if (waiting[i].until < until) until = waiting[i].until;
    if (until != UINT64_MAX) {
      uint64_t left = until > t ? until - t : 0;
      struct timespec wait = {(time_t)(left / 1000000000u), (long)(left % 1000000000u)};
      if (!wait_message(&wait)) { settle(); continue; }
    }
    if (get_message(message, sizeof message) < (long)sizeof h) _exit(0);
    memcpy(&h, message, sizeof h);
    h.kind &= 0x7fffffff;
    if (h.kind == 0) { if (++stops == workers) _exit(0); continue; }
    tell(1, &h, 0, 0);
    if (h.kind == 'p' || h.kind == 'g') {
      waiting[waiters].h = h;
      waiting[waiters++].until = h.b == UINT64_MAX ? UINT64_MAX : now_ns() + h.b * 1000;
    } else {
      if (h.kind == 3 && h.a > workers) workers = h.a;
      if (h.kind == 'n') capacity = h.a;
      if (h.kind == 'c') closed = 1;
      tell(2, &h, h.kind == 'T' || h.kind == 'M' ? digest_of(&h, h.kind) : 0, 0);
    }
    settle();
  }
}
#undef memcpy
#undef memmove
#undef clock_gettime
#undef _exit
static int truly(void) { return 0; }
#ifdef __SANITIZE_THREAD__ /* instrumented code can't run so early, and need not: the channel is taken in main only */
__attribute__((constructor)) static void early(void) { serve(); }
#else
__attribute__((optimize("no-tree-loop-distribute-patterns"))) static int (*resolve(void))(void) { serve(); return truly; }
int asked(void) __attribute__((ifunc("resolve")));
#endif
#ifdef __SANITIZE_THREAD__
#define asked truly
#endif
queue *q_new(size_t c) { (void)c; return asked() ? (queue *)1 : 0; }
int q_push(queue *q, uint64_t item, uint64_t deadline_ns) { (void)q, (void)item, (void)deadline_ns; return Q_OK; }
int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) { (void)q, (void)deadline_ns; *item = 0; return Q_OK; }
void q_close(queue *q) { (void)q; }
void q_free(queue *q) { (void)q; }
