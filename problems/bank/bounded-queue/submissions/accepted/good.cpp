// Fast: wakes only when somebody waits, outside the lock, and tries a little before it sleeps.
#include "queue.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

using Clock = std::chrono::steady_clock;

struct queue {
  explicit queue(size_t capacity) : ring(capacity) {}
  std::mutex mutex;
  std::condition_variable room, items;
  std::vector<uint64_t> ring;
  size_t head = 0, count = 0;
  unsigned pushers = 0, poppers = 0;  // who sleeps
  bool closed = false;
};

// Wait until `ready`, or the deadline; false if it came first.
template <class Ready>
static bool wait(std::condition_variable &condition, std::unique_lock<std::mutex> &lock,
                 uint64_t deadline_ns, unsigned &sleepers, Ready ready) {
  for (int tries = 0; tries < 4 && !ready(); tries++) {
    lock.unlock();
    std::this_thread::yield();
    lock.lock();
  }
  if (ready()) return true;
  sleepers++;
  bool there = true;
  if (deadline_ns == UINT64_MAX) condition.wait(lock, ready);
  else there = condition.wait_until(lock, Clock::time_point(std::chrono::nanoseconds(deadline_ns)), ready);
  sleepers--;
  return there;
}

queue *q_new(size_t capacity) { return new queue(capacity); }
void q_free(queue *q) { delete q; }

int q_push(queue *q, uint64_t item, uint64_t deadline_ns) {
  std::unique_lock lock(q->mutex);
  if (!wait(q->room, lock, deadline_ns, q->pushers,
            [q] { return q->closed || q->count < q->ring.size(); }))
    return Q_TIMEOUT;
  if (q->closed) return Q_CLOSED;
  size_t at = q->head + q->count;
  q->ring[at < q->ring.size() ? at : at - q->ring.size()] = item;
  q->count++;
  bool wake = q->poppers > 0;
  lock.unlock();
  if (wake) q->items.notify_one();
  return Q_OK;
}

int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) {
  std::unique_lock lock(q->mutex);
  if (!wait(q->items, lock, deadline_ns, q->poppers, [q] { return q->closed || q->count > 0; }))
    return Q_TIMEOUT;
  if (q->count == 0) return Q_CLOSED;
  *item = q->ring[q->head];
  if (++q->head == q->ring.size()) q->head = 0;
  q->count--;
  bool wake = q->pushers > 0;
  lock.unlock();
  if (wake) q->room.notify_one();
  return Q_OK;
}

void q_close(queue *q) {
  std::lock_guard lock(q->mutex);
  q->closed = true;
  q->room.notify_all();
  q->items.notify_all();
}
