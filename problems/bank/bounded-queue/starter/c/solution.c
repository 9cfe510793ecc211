#include "queue.h"

struct queue {
  size_t capacity;
};

queue *q_new(size_t capacity) { return NULL; }

int q_push(queue *q, uint64_t item, uint64_t deadline_ns) { return Q_TIMEOUT; }

int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) { return Q_TIMEOUT; }

void q_close(queue *q) {}

void q_free(queue *q) {}
