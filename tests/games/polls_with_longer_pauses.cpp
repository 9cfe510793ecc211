// attack: no condition variable: yield, then look again after half a millisecond, then after two
// expect: too-slow
// defends: who waits is woken, and soon
// shape: queue
#include "queue.h"
#include <deque>
#include <mutex>
#include <sched.h>
#include <time.h>
struct queue { std::mutex m; std::deque<uint64_t> d; size_t cap; bool closed = false; };
static bool late(int tries, uint64_t deadline) {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  if (uint64_t(t.tv_sec) * 1000000000u + uint64_t(t.tv_nsec) >= deadline) return true;
  if (tries < 50) { sched_yield(); return false; }
  t = {0, tries < 90 ? 500000 : 2000000};
  nanosleep(&t, nullptr);
  return false;
}
queue *q_new(size_t c) { auto q = new queue; q->cap = c; return q; }
void q_free(queue *q) { delete q; }
int q_push(queue *q, uint64_t item, uint64_t deadline) {
  for (int tries = 0;; tries++) {
    { std::lock_guard l(q->m);
      if (q->closed) return Q_CLOSED;
      if (q->d.size() < q->cap) { q->d.push_back(item); return Q_OK; } }
    if (late(tries, deadline)) return Q_TIMEOUT;
  }
}
int q_pop(queue *q, uint64_t *item, uint64_t deadline) {
  for (int tries = 0;; tries++) {
    { std::lock_guard l(q->m);
      if (!q->d.empty()) { *item = q->d.front(); q->d.pop_front(); return Q_OK; }
      if (q->closed) return Q_CLOSED; }
    if (late(tries, deadline)) return Q_TIMEOUT;
  }
}
void q_close(queue *q) { std::lock_guard l(q->m); q->closed = true; }
