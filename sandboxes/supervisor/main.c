/* The loop: read a request, answer it, read the next. See supervisor.h for the theory. */
#include "supervisor.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static void wipe(const struct users *users) {
  kill_everything();
  send_frame(K_DONE, wipe_writable(users), NULL, 0);
}

int main(int argc, char **argv) {
  if (argc != 4) die("usage: supervisor OWNER REFERENCE HARNESS\n");
  const struct users users = {(uid_t)atoi(argv[1]), (uid_t)atoi(argv[2]), (uid_t)atoi(argv[3])};
  if (users.owner == 0 || users.reference == 0 || users.harness == 0) die("root is no user\n");
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
    case K_SERVE: serve(head.length, &users); break;
    case K_WIPE: wipe(&users); break;
    default: die("a request of unknown kind\n");
    }
  }
  kill_everything();
  return 0;
}
