/* Frames to and from the host, over standard input and output. */
#include "supervisor.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

_Noreturn void die(const char *what) {
  /* Standard error reaches the host as a frame-less stream; the engine keeps no log of it. */
  ssize_t ignored = write(2, what, strlen(what));
  (void)ignored;
  _exit(70);
}

void read_exactly(void *into, size_t length) {
  char *to = into;
  while (length > 0) {
    ssize_t got = read(0, to, length);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) die("the host went away in the middle of a frame\n");
    to += got;
    length -= (size_t)got;
  }
}

bool read_head(struct frame_head *head) {
  char *to = (char *)head;
  size_t length = sizeof *head;
  while (length > 0) {
    ssize_t got = read(0, to, length);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    length -= (size_t)got;
  }
  return true;
}

static void write_exactly(const void *from, size_t length) {
  const char *at = from;
  while (length > 0) {
    ssize_t put = write(1, at, length);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) die("the host does not read\n");
    at += put;
    length -= (size_t)put;
  }
}

void send_frame(enum kind kind, uint32_t argument, const void *body, size_t length) {
  /* Small frames leave in one write: each write is a wake-up of the engine. */
  static char buffer[sizeof(struct frame_head) + 64 * 1024];
  struct frame_head head = {.kind = kind, .argument = argument, .length = length};
  memcpy(buffer, &head, sizeof head);
  if (length > sizeof buffer - sizeof head) die("a frame larger than its buffer\n");
  if (length > 0) memcpy(buffer + sizeof head, body, length);
  write_exactly(buffer, sizeof head + length);
}

uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
