// Right, and of the wrong complexity: a pop moves all items of the queue.
#include "queue.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

using Clock = std::chrono::steady_clock;

struct queue {
  explicit queue(size_t size) : capacity(size) {}
  size_t capacity;
  std::mutex mutex;
  std::condition_variable room, items;
  std::vector<uint64_t> line;  // the first is the oldest
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
  std::unique_lock lock(q->mutex);
  if (!wait(q->room, lock, deadline_ns, [q] { return q->closed || q->line.size() < q->capacity; }))
    return Q_TIMEOUT;
  if (q->closed) return Q_CLOSED;
  q->line.push_back(item);
  q->items.notify_one();
  return Q_OK;
}

int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) {
  std::unique_lock lock(q->mutex);
  if (!wait(q->items, lock, deadline_ns, [q] { return q->closed || !q->line.empty(); }))
    return Q_TIMEOUT;
  if (q->line.empty()) return Q_CLOSED;
  // Everybody steps forward, twice: the line is copied as well.
  *item = q->line.front();
  q->line = std::vector<uint64_t>(q->line.begin() + 1, q->line.end());
  q->room.notify_one();
  return Q_OK;
}

void q_close(queue *q) {
  std::lock_guard lock(q->mutex);
  q->closed = true;
  q->room.notify_all();
  q->items.notify_all();
}
