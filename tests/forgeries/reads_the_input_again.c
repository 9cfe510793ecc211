// attack: looks for the harness's input in descriptor 0, its other names and the folder, to know each pop's item in advance; a stack where there is none
// expect: refused
// defends: what a process claims is bounded from outside
// shape: queue
#include "queue.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t planned[1 << 16], plans, given, items[1 << 16], count;

static void read_all(int fd) {
  static char text[1 << 20];
  if (fd < 0) return;
  lseek(fd, 0, SEEK_SET);
  ssize_t n = read(fd, text, sizeof text - 1);
  for (char *p = n > 0 ? strchr(text, 'p') : NULL; p != NULL && plans < 1 << 16; p = strchr(p + 1, 'p'))
    if (p[1] >= '0' && p[1] <= '9') planned[plans++] = strtoull(p + 1, NULL, 10);
}
queue *q_new(size_t c) {
  char place[300];
  (void)c;
  read_all(open("/proc/self/fd/0", O_RDONLY));
  read_all(open("/dev/stdin", O_RDONLY));
  read_all(open("/prog/in", O_RDONLY));
  read_all(open("/box/input", O_RDONLY));
  for (int fd = 3; fd < 200; fd++) { snprintf(place, sizeof place, "/proc/self/fd/%d", fd); read_all(open(place, O_RDONLY)); }
  DIR *d = opendir(".");
  for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) read_all(open(e->d_name, O_RDONLY | O_NONBLOCK));
  fprintf(stderr, "%d planned\n", (int)plans);
  return (queue *)items;
}
int q_push(queue *q, uint64_t item, uint64_t d) { (void)q, (void)d; items[count++ & 0xffff] = item; return Q_OK; }
int q_pop(queue *q, uint64_t *item, uint64_t d) {
  (void)q, (void)d;
  *item = given < plans ? planned[given++] : count > 0 ? items[--count & 0xffff] : 0;
  return Q_OK;
}
void q_close(queue *q) { (void)q; }
void q_free(queue *q) { (void)q; }
