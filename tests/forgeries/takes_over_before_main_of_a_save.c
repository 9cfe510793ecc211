// attack: an entry of .preinit_array, linked before the harness's, takes the channel over and tells a made-up log; nothing is saved
// expect: refused
// defends: what a process claims is bounded from outside
// shape: save
#define _GNU_SOURCE
#include "save.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct { uint32_t kind, length; uint64_t a, b, c, number, token; } head;

static void tell(uint32_t kind, const head *of, const char *text, size_t length) {
  static unsigned char m[4096];
  head h = {kind, (uint32_t)length, 0, 0, length, of->number, of->token};
  memcpy(m, &h, sizeof h);
  memcpy(m + sizeof h, text, length);
  if (write(1, m, sizeof h + length) < 0) _exit(1);
}

static void serve(void) {
  static unsigned char m[70000];
  static char log[1024];
  int length = 0;
  head h;
  while (read(0, m, sizeof m) >= (long)sizeof h) {
    memcpy(&h, m, sizeof h);
    h.kind &= 0x7fffffff;
    if (h.kind == 0) break;
    tell(1, &h, "", 0);
    if (h.kind == 'S')
      length = snprintf(log, sizeof log,
                        "start 1 %lu %lu linux\nopen current.new 2 1\nwrite 2 0 %lu 1 0\nflush 2\n"
                        "rename current.new current 2 0\nflushdir\nreturn 0\nreader old\nfinal new\n",
                        (unsigned long)h.a, (unsigned long)h.b, (unsigned long)h.b);
    tell(2, &h, log, h.kind == 'l' ? (size_t)length : 0);
  }
  _exit(0);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) /* there the channel is taken in main only */
__attribute__((constructor)) static void early(void) { serve(); }
#else
static void early(int n, char **a, char **e) { (void)n, (void)a, (void)e; serve(); }
__attribute__((section(".preinit_array"), used)) static void (*const before)(int, char **, char **) = early;
#endif
int save(const char *path, const void *data, size_t size) { (void)path, (void)data, (void)size; return 0; }
