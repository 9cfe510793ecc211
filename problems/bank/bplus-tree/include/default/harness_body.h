/* Drives a B+tree from lines on standard input. The same text serves C and C++. */
#include "btree.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGES_MAX = 1 << 20, SCAN_MAX = 1000 };

static uint8_t *pages[PAGES_MAX];
static uint32_t page_count, page_size;
static uint64_t touches, lookups, get_touches;

static void fail(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(3);
}

uint32_t pg_size(void) { return page_size; }

uint32_t pg_alloc(void) {
  if (page_count == PAGES_MAX) fail("pg_alloc: no pages left");
  /* Each its own block, so that a sanitizer sees a step over the edge. */
  pages[page_count] = (uint8_t *)calloc(1, page_size);
  return page_count++;
}

uint8_t *pg_write(uint32_t page) {
  if (page >= page_count) fail("a page that was never allocated");
  touches++;
  return pages[page];
}

const uint8_t *pg_read(uint32_t page) { return pg_write(page); }

static uint64_t next_random(uint64_t *state) { /* splitmix64 */
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static uint64_t keys[SCAN_MAX], values[SCAN_MAX];

static void bench(uint64_t seed, uint32_t n) {
  uint64_t state = seed, digest = 0, value = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint64_t key = next_random(&state) % (4ull * n);
    bt_put(key, next_random(&state));
  }
  for (uint32_t i = 0; i < n; i++) {
    value = 0;
    digest = (digest ^ (uint64_t)bt_get(next_random(&state) % (4ull * n), &value) ^ value) *
             0x9e3779b97f4a7c15u;
  }
  for (uint32_t i = 0; i < n / 50; i++) {
    uint32_t count = bt_scan(next_random(&state) % (4ull * n), 100, keys, values);
    for (uint32_t j = 0; j < count && j < SCAN_MAX; j++)
      digest = (digest ^ keys[j] ^ values[j]) * 0x9e3779b97f4a7c15u;
  }
  printf("digest %016" PRIx64 "\n", digest);
}

static void restore(uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    uint32_t page = i == 0 ? 0 : pg_alloc();
    for (uint32_t j = 0; j < page_size; j++) {
      unsigned byte;
      if (scanf("%2x", &byte) != 1) fail("a page image that is too short");
      pages[page][j] = (uint8_t)byte;
    }
  }
}

static void get(uint64_t key) {
  uint64_t value = 0, before = touches;
  if (bt_get(key, &value)) printf("%" PRIu64 "\n", value); else puts("-");
  lookups++;
  get_touches += touches - before;
}

static void scan(uint64_t from, uint32_t limit) {
  uint32_t count = bt_scan(from, limit, keys, values);
  if (count > limit) fail("bt_scan returned more than its limit");
  printf("%" PRIu32, count);
  for (uint32_t i = 0; i < count; i++) printf(" %" PRIu64 ":%" PRIu64, keys[i], values[i]);
  puts("");
}

static void finish(void) {
  printf("touches %" PRIu64 " %" PRIu64 "\n", lookups, get_touches);
  printf("pages %" PRIu32 "\n", page_count);
  for (uint32_t i = 0; i < page_count; i++) {
    for (uint32_t j = 0; j < page_size; j++) printf("%02x", pages[i][j]);
    puts("");
    free(pages[i]);
  }
}

int main(void) {
  char word[16];
  uint64_t a, b;
  uint32_t count;
  if (scanf("%15s", word) != 1) fail("no heading");
  if (strcmp(word, "bench") == 0) {
    uint64_t seed;
    if (scanf("%" SCNu64 " %" SCNu32 " %" SCNu32, &seed, &count, &page_size) != 3) fail("heading");
    pg_alloc();
    bt_open(1);
    bench(seed, count);
    return 0;
  }
  if (scanf("%" SCNu32 " %" SCNu32, &page_size, &count) != 2) fail("heading");
  pg_alloc();
  restore(count);
  bt_open(count == 0);
  while (scanf("%15s", word) == 1) {
    if (scanf("%" SCNu64, &a) != 1) fail("an operation without its key");
    if (strcmp(word, "get") == 0) { get(a); continue; }
    if (scanf("%" SCNu64, &b) != 1) fail("an operation with too few numbers");
    if (strcmp(word, "put") == 0) bt_put(a, b);
    else if (b <= SCAN_MAX) scan(a, (uint32_t)b);
  }
  finish();
  return 0;
}
