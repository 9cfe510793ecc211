// attack: wait by spinning on a lock that nobody frees
// expect: deadlock, time-limit
// defends: a deadlock is told from slowness
// shape: queue
#include "queue.h"
#include <sched.h>

static int taken = 1; /* nobody ever frees it */
static void enter(void) {
  while (__atomic_exchange_n(&taken, 1, __ATOMIC_ACQUIRE)) sched_yield();
}
queue *q_new(size_t capacity) { return (queue *)(capacity + 1); }
int q_push(queue *q, uint64_t item, uint64_t deadline_ns) { (void)q; (void)item; (void)deadline_ns; enter(); return Q_OK; }
int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) { (void)q; (void)item; (void)deadline_ns; enter(); return Q_OK; }
void q_close(queue *q) { (void)q; }
void q_free(queue *q) { (void)q; }
