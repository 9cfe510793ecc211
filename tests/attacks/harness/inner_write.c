// attack: replace the C library's inner write, which no header names
// expect: compile-error
// defends: the harness's log is judged by another program
// shape: queue
#include "queue.h"

long forge(int fd, const void *from, unsigned long length) __asm__("__write");
long forge(int fd, const void *from, unsigned long length) { (void)fd; (void)from; return (long)length; }

queue *q_new(size_t capacity) { (void)capacity; return NULL; }
int q_push(queue *q, uint64_t item, uint64_t deadline_ns) { (void)q; (void)item; (void)deadline_ns; return Q_OK; }
int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) { (void)q; (void)item; (void)deadline_ns; return Q_CLOSED; }
void q_close(queue *q) { (void)q; }
void q_free(queue *q) { (void)q; }
