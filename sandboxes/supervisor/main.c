/* The loop: read a request, answer it, read the next. See supervisor.h for the theory. */
#include "supervisor.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static void wipe(uid_t owner) {
  kill_everything();
  send_frame(K_DONE, wipe_writable(owner), NULL, 0);
}

int main(int argc, char **argv) {
  uid_t owner = argc == 2 ? (uid_t)atoi(argv[1]) : 0;
  if (owner == 0) die("usage: supervisor UID\n");
  if (getpid() != 1) die("the supervisor must be PID 1: it kills every process it sees\n");
  prctl(PR_SET_DUMPABLE, 0);
  signal(SIGPIPE, SIG_IGN);
  cgroup_open();
  watchdog_start();
  struct frame_head head;
  while (read_head(&head)) {
    switch (head.kind) {
    case K_HELLO: send_frame(K_DONE, PROTOCOL_VERSION, NULL, 0); break;
    case K_PUT: files_put(head.length); break;
    case K_GET: files_get(head.length); break;
    case K_RUN: run_once(head.length); break;
    case K_SERVE: serve(head.length, owner); break;
    case K_WIPE: wipe(owner); break;
    default: die("a request of unknown kind\n");
    }
  }
  kill_everything();
  return 0;
}
