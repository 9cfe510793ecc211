// attack: silence the thread sanitizer by an assembler label, and race
// expect: compile-error
// defends: a sanitizer's options are the judge's
// shape: queue
#include "queue.h"

const char *silence(void) __asm__("__tsan_default_suppressions");
const char *silence(void) { return "race:*"; }
static uint64_t racing;

queue *q_new(size_t capacity) { (void)capacity; return NULL; }
int q_push(queue *q, uint64_t item, uint64_t deadline_ns) { (void)q; (void)deadline_ns; racing += item; return Q_OK; }
int q_pop(queue *q, uint64_t *item, uint64_t deadline_ns) { (void)q; (void)item; (void)deadline_ns; return Q_CLOSED; }
void q_close(queue *q) { (void)q; }
void q_free(queue *q) { (void)q; }
