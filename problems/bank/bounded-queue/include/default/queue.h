/* A bounded queue for many producers and many consumers: yours to write. */
#ifndef QUEUE_H
#define QUEUE_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct queue queue;
enum { Q_OK = 0, Q_TIMEOUT = 1, Q_CLOSED = 2 };

queue *q_new(size_t capacity); /* at least 1 */
/* Wait for room until `deadline_ns`, an instant of CLOCK_MONOTONIC; 0 has always passed, and
 * UINT64_MAX never comes. Q_CLOSED once the queue is closed, though it have room. */
int q_push(queue *q, uint64_t item, uint64_t deadline_ns);
/* Wait for an item likewise. After close the remaining items still come; then Q_CLOSED. */
int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns);
void q_close(queue *q); /* wakes everybody who waits; a second call does nothing */
void q_free(queue *q);  /* nobody uses it any more */

#ifdef __cplusplus
}
#endif
#endif
