// attack: a constructor prints what a history of a right queue would look like, as well-formed messages, and exits
// expect: refused
// defends: what a process claims is bounded from outside
// shape: queue
#include "queue.h"
#include <stdio.h>
#include <unistd.h>

__attribute__((constructor)) static void early(void) {
  struct { uint32_t kind, length; uint64_t a, b, c, number, token; } m = {1, 0, 0, 0, 0, 1, 0};
  for (m.number = 1; m.number < 100; m.number++)
    for (m.kind = 1; m.kind <= 2; m.kind++)
      if (write(1, &m, sizeof m) < 0) break;
  puts("0 p 1 0 0 1 2\n1 g 0 0 1 3 4\nend");
  fflush(stdout);
  _exit(0);
}
queue *q_new(size_t c) { (void)c; return 0; }
int q_push(queue *q, uint64_t item, uint64_t d) { (void)q, (void)item, (void)d; return Q_OK; }
int q_pop(queue *q, uint64_t *item, uint64_t d) { (void)q, (void)d; *item = 0; return Q_OK; }
void q_close(queue *q) { (void)q; }
void q_free(queue *q) { (void)q; }
