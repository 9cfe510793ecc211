/* What a program writes goes on to the host as it comes; only the count stays here. */
#include "supervisor.h"

#include <errno.h>
#include <unistd.h>

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
  return true;
}
