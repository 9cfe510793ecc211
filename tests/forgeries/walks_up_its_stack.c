// attack: follows frame pointers and then every word upward from its own stack, to find the harness's frames and the token there; a stack otherwise
// expect: refused
// defends: what a process claims is bounded from outside
// shape: queue
#include "queue.h"

static uint64_t items[1 << 16], count, found;
static void walk(uint64_t item) {
  for (volatile uint64_t *at = (volatile uint64_t *)__builtin_frame_address(0);; at++)
    if (at[0] == 'p' && at[1] == item) { found = (uint64_t)(uintptr_t)at; return; } /* the call as the harness holds it */
}
queue *q_new(size_t c) { (void)c; return (queue *)items; }
int q_push(queue *q, uint64_t item, uint64_t d) { (void)q, (void)d; walk(item); items[count++ & 0xffff] = item; return Q_OK; }
int q_pop(queue *q, uint64_t *item, uint64_t d) { (void)q, (void)d; *item = items[--count & 0xffff]; return Q_OK; }
void q_close(queue *q) { (void)q; }
void q_free(queue *q) { (void)q; }
