// attack: tries every call that could copy the channel past the filter (dup, fcntl, /proc/self/fd, SCM_RIGHTS, pidfd_getfd, splice, a child); takes over with a copy, and is a stack without
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

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
static int copy = -1;
static long get_message(void *m, size_t n) { return read(copy, m, n); }
static void put_message(const void *m, size_t n) { if (write(copy, m, n) != (long)n) _exit(1); }
static int wait_message(const struct timespec *t) {
  struct pollfd p = {copy, POLLIN, 0};
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

static int tried(const char *how, long fd, int channel) {
  struct stat a, b;
  if (fd < 0) return 0;
  int same = fd != channel && fstat((int)fd, &a) == 0 && fstat(channel, &b) == 0 && a.st_ino == b.st_ino;
  char nothing;
  if (!same || (recv((int)fd, &nothing, 1, MSG_DONTWAIT | MSG_PEEK) <= 0 && errno != EAGAIN)) return 0;
  fprintf(stderr, "copied by %s: %ld\n", how, fd);
  copy = (int)fd;
  return 1;
}
static int by_rights(int channel) {
  int pair[2], got = -1;
  union { char room[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control;
  char byte = 0;
  struct iovec one = {&byte, 1};
  struct msghdr m = {.msg_iov = &one, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return -1;
  struct cmsghdr *c = CMSG_FIRSTHDR(&m);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(c), &channel, sizeof(int));
  struct mmsghdr many = {m, 0};
  if (sendmsg(pair[0], &m, 0) < 0 && sendmmsg(pair[0], &many, 1, 0) < 0) return -1;
  if (recvmsg(pair[1], &m, 0) >= 0 && (c = CMSG_FIRSTHDR(&m)) != NULL) memcpy(&got, CMSG_DATA(c), sizeof(int));
  return got;
}
static void try_all(void) {
  char place[64];
  struct stat status;
  int channel = 3, p[2];
  while (channel < 4096 && (fstat(channel, &status) != 0 || !S_ISSOCK(status.st_mode))) channel++;
  snprintf(place, sizeof place, "/proc/self/fd/%d", channel);
  if (tried("the descriptor itself", channel, -1)) return;
  if (tried("dup", dup(channel), channel)) return;
  if (tried("dup2", dup2(channel, 50), channel)) return;
  if (tried("dup3", dup3(channel, 51, 0), channel)) return;
  if (tried("F_DUPFD", fcntl(channel, F_DUPFD, 3), channel)) return;
  if (tried("F_DUPFD with high bits", syscall(SYS_fcntl, (1L << 32) | channel, F_DUPFD, 3L), channel)) return;
  if (tried("dup with high bits", syscall(SYS_dup, (1L << 32) | channel), channel)) return;
  if (tried("open", open(place, O_RDWR), channel)) return;
  if (tried("O_PATH", open(place, O_PATH), channel)) return;
  if (tried("SCM_RIGHTS", by_rights(channel), channel)) return;
  if (tried("pidfd_getfd", syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, getpid(), 0), channel, 0), channel)) return;
  if (pipe(p) == 0 && syscall(SYS_splice, channel, NULL, p[1], NULL, 100UL, SPLICE_F_NONBLOCK) > 0) fputs("splice reads it\n", stderr);
  pid_t child = fork();
  if (child == 0) _exit(dup(channel) >= 0);
  int code = 0;
  if (child > 0 && waitpid(child, &code, 0) == child && code != 0) fputs("a child may\n", stderr);
  struct sockaddr_un { sa_family_t family; char path[108]; } a = {AF_UNIX, "x"};
  if (connect(channel, (struct sockaddr *)&a, sizeof a) == 0) fputs("connect\n", stderr);
}
queue *q_new(size_t c) {
  (void)c;
#ifndef __SANITIZE_THREAD__
  try_all();
#endif
  if (copy >= 0) serve();
  return (queue *)ring;
}
int q_push(queue *q, uint64_t item, uint64_t d) { (void)q, (void)d; ring[count++ & 0xffff] = item; return Q_OK; }
int q_pop(queue *q, uint64_t *item, uint64_t d) { (void)q, (void)d; *item = count > 0 ? ring[--count & 0xffff] : 0; return Q_OK; }
void q_close(queue *q) { (void)q; }
void q_free(queue *q) { (void)q; }
