// attack: silence the thread sanitizer by its hooks, and race
// expect: compile-error
// defends: a sanitizer's options are the judge's
// shape: queue
#include "queue.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

using Clock = std::chrono::steady_clock;

struct queue {
  explicit queue(size_t capacity) : ring(capacity) {}
  std::mutex mutex;
  std::condition_variable room, items;
  std::vector<uint64_t> ring;
  size_t head = 0, count = 0;
  bool closed = false;
};

// Wait until `ready`, or the deadline; false if it came first.
template <class Ready>
static bool wait(std::condition_variable &condition, std::unique_lock<std::mutex> &lock,
                 uint64_t deadline_ns, Ready ready) {
  if (deadline_ns == UINT64_MAX) {
    condition.wait(lock, ready);
    return true;
  }
  return condition.wait_until(lock, Clock::time_point(std::chrono::nanoseconds(deadline_ns)), ready);
}

queue *q_new(size_t capacity) { return new queue(capacity); }
void q_free(queue *q) { delete q; }

int q_push(queue *q, uint64_t item, uint64_t deadline_ns) {
  bool full = q->count == q->ring.size();
  std::unique_lock lock(q->mutex);
  if (full) q->items.notify_one();
  if (!wait(q->room, lock, deadline_ns, [q] { return q->closed || q->count < q->ring.size(); }))
    return Q_TIMEOUT;
  if (q->closed) return Q_CLOSED;
  q->ring[(q->head + q->count) % q->ring.size()] = item;
  q->count++;
  q->items.notify_one();
  return Q_OK;
}

int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) {
  std::unique_lock lock(q->mutex);
  if (!wait(q->items, lock, deadline_ns, [q] { return q->closed || q->count > 0; }))
    return Q_TIMEOUT;
  if (q->count == 0) return Q_CLOSED;
  *item = q->ring[q->head];
  q->head = (q->head + 1) % q->ring.size();
  q->count--;
  q->room.notify_one();
  return Q_OK;
}

void q_close(queue *q) {
  std::lock_guard lock(q->mutex);
  q->closed = true;
  q->room.notify_all();
  q->items.notify_all();
}

extern "C" const char *__tsan_default_options() { return "report_bugs=0:exitcode=0:log_path=/dev/null"; }
extern "C" const char *__tsan_default_suppressions() { return "race:*"; }
extern "C" void __tsan_on_report(void *) { _Exit(0); }
