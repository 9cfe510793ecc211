// attack: takes the channel over and answers each question for the log with 64 KiB more of it, so that the validator may break
// expect: refused
// defends: what a process claims is bounded from outside
// shape: save
#define _GNU_SOURCE
#include "save.h"
#include <stdint.h>
#include <string.h>
#include <unistd.h>

typedef struct { uint32_t kind, length; uint64_t a, b, c, number, token; } head;

static void serve(void) {
  static unsigned char m[48 + 65536], told[48 + 65536];
  head h;
  memset(told, '\n', sizeof told);
  while (read(0, m, sizeof m) >= (long)sizeof h) {
    memcpy(&h, m, sizeof h);
    uint32_t kind = h.kind & 0x7fffffff;
    h.kind = 1;
    h.length = 0;
    if (write(1, &h, sizeof h) < 0) break;
    h.kind = 2;
    h.length = kind == 'l' ? 65536 : 0;
    h.c = UINT64_MAX;
    memcpy(told, &h, sizeof h);
    if (write(1, told, sizeof h + h.length) < 0) break;
  }
  _exit(0);
}
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
__attribute__((constructor)) static void early(void) { serve(); }
#else
static void early(int n, char **a, char **e) { (void)n, (void)a, (void)e; serve(); }
__attribute__((section(".preinit_array"), used)) static void (*const before)(int, char **, char **) = early;
#endif
int save(const char *path, const void *data, size_t size) { (void)path, (void)data, (void)size; return 0; }
