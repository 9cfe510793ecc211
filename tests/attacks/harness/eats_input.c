// attack: read the harness's input before it does
// expect: compile-error
// defends: the harness's log is judged by another program
// shape: queue
#include "queue.h"
#include <stdio.h>

__attribute__((constructor)) static void first(void) {
  while (getchar() != EOF) {}
}

queue *q_new(size_t capacity) { (void)capacity; return NULL; }
int q_push(queue *q, uint64_t item, uint64_t deadline_ns) { (void)q; (void)item; (void)deadline_ns; return Q_TIMEOUT; }
int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) { (void)q; (void)item; (void)deadline_ns; return Q_TIMEOUT; }
void q_close(queue *q) { (void)q; }
void q_free(queue *q) { (void)q; }
