// attack: bring a printf that writes another log than the harness's
// expect: wrong-answer
// defends: the harness tells by calls of its own what it tells
// shape: queue
#include "queue.h"
#include <string.h>
#include <unistd.h>

int printf(const char *format, ...) {
  static const char log[] = "ended 0\n";
  (void)format;
  return (int)write(1, log, strlen(log));
}

queue *q_new(size_t capacity) { (void)capacity; return NULL; }
int q_push(queue *q, uint64_t item, uint64_t deadline_ns) { (void)q; (void)item; (void)deadline_ns; return Q_OK; }
int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) { (void)q; (void)item; (void)deadline_ns; return Q_CLOSED; }
void q_close(queue *q) { (void)q; }
void q_free(queue *q) { (void)q; }
