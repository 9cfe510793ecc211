/* What a program writes goes on to the host as it comes; only the count stays here.
 *
 * Each piece costs the host some 100 us, on CPUs that the program may not be measured on: so one
 * who writes byte by byte would make others pay. After a small piece nothing is taken for REST_NS,
 * and what has come by then goes as one; after a large one the next is taken at once, since a
 * program that writes much would else wait for room. */
#include "supervisor.h"

#include <errno.h>
#include <unistd.h>

static const uint64_t REST_NS = 2000000;
static const ssize_t LARGE_BYTES = 16 * 1024;

bool output_rests(const struct output *output) { return now_ns() < output->rest_until_ns; }

/* How long to wait for anything, at most `wait_ms` (negative: for ever), for the rest to end. */
int output_wait_ms(const struct output *output, int wait_ms) {
  if (!output_rests(output)) return wait_ms;
  int rest_ms = (int)(REST_NS / 1000000u);
  return wait_ms < 0 || wait_ms > rest_ms ? rest_ms : wait_ms;
}

/* Pass one piece on. False at the end of the stream; *over once the program wrote too much. */
bool pass_on(struct output *output, int from, enum kind kind, bool *over) {
  char chunk[60 * 1024];
  ssize_t got = read(from, chunk, sizeof chunk);
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  if (got == 0) return false;
  uint64_t room = output->limit - output->total;
  output->total += (uint64_t)got;
  size_t pass = (size_t)got;
  if ((uint64_t)got > room) {
    pass = (size_t)room;
    output->total = output->limit;
    *over = true;
  }
  if (kind == K_ERR) {
    uint64_t left = STDERR_BYTES_MAX - output->stderr_sent;
    if (pass > left) pass = (size_t)left;
    output->stderr_sent += pass;
  }
  if (pass > 0) send_frame(kind, 0, chunk, pass);
  if (got < LARGE_BYTES) output->rest_until_ns = now_ns() + REST_NS;
  return true;
}
