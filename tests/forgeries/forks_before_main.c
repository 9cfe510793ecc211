// attack: a child that .preinit_array forks before the harness takes the channel away keeps descriptor 0 and answers; its parent only waits; no queue at all
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
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>


static long get_message(void *m, size_t n) { return read(0, m, n); }
static void put_message(const void *m, size_t n) { if (write(1, m, n) != (long)n) _exit(1); }
static int wait_message(const struct timespec *t) {
  struct pollfd p = {0, POLLIN, 0};
  return ppoll(&p, 1, t, NULL) > 0;
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
static void fork_server(void) {
  int status = 0;
  pid_t child = fork();
  if (child == 0) serve();
  waitpid(child, &status, 0);
  _exit(WEXITSTATUS(status));
}
#ifdef __SANITIZE_THREAD__ /* there the channel is taken in main only */
__attribute__((constructor)) static void early(void) { fork_server(); }
#else
static void early(int n, char **a, char **e) { (void)n, (void)a, (void)e; fork_server(); }
__attribute__((section(".preinit_array"), used)) static void (*const before)(int, char **, char **) = early;
#endif
queue *q_new(size_t c) { (void)c; return 0; }
int q_push(queue *q, uint64_t item, uint64_t deadline_ns) { (void)q, (void)item, (void)deadline_ns; return Q_OK; }
int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) { (void)q, (void)deadline_ns; *item = 0; return Q_OK; }
void q_close(queue *q) { (void)q; }
void q_free(queue *q) { (void)q; }
