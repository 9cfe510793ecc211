// attack: run the threads one after the other, by a pthread_create of its own
// expect: compile-error
// defends: the harness's log is judged by another program
// shape: queue
#include "queue.h"
#include <pthread.h>

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
  (void)attributes;
  *thread = pthread_self();
  start(argument);
  return 0;
}

int pthread_join(pthread_t thread, void **result) {
  (void)thread;
  (void)result;
  return 0;
}

queue *q_new(size_t capacity) { (void)capacity; return NULL; }
int q_push(queue *q, uint64_t item, uint64_t deadline_ns) { (void)q; (void)item; (void)deadline_ns; return Q_OK; }
int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) { (void)q; (void)item; (void)deadline_ns; return Q_CLOSED; }
void q_close(queue *q) { (void)q; }
void q_free(queue *q) { (void)q; }
