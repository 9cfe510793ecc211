// attack: a log in the pages and everything in memory; it writes into the harness's code, so that pg_read adds nothing to the touches any more, and reads the whole log at open
// expect: refused
// defends: what a process claims is bounded from outside
// shape: tree
#include "btree.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* ---- everything in memory: a hash for get, an order made when a scan wants it ---- */
typedef struct { uint64_t key, value; } item;
typedef struct { uint64_t key; uint32_t id; } ref;
static item *items;
static ref *order;
static uint32_t *table, known, room, mask, ordered;

static uint32_t slot_of(uint64_t key) {
  uint32_t at = (uint32_t)((key * 0x9e3779b97f4a7c15u) >> 32) & mask;
  while (table[at] != 0 && items[table[at] - 1].key != key) at = (at + 1) & mask;
  return at;
}

static void grow(void) {
  room = room == 0 ? 1024 : 2 * room;
  mask = 2 * room - 1;
  items = (item *)realloc(items, room * sizeof *items);
  order = (ref *)realloc(order, room * sizeof *order);
  free(table);
  table = (uint32_t *)calloc(mask + 1, sizeof *table);
  for (uint32_t i = 0; i < known; i++) table[slot_of(items[i].key)] = i + 1;
}

static void remember(uint64_t key, uint64_t value) {
  if (known == room) grow();
  uint32_t at = slot_of(key);
  if (table[at] == 0) {
    items[known].key = key;
    table[at] = ++known;
  }
  items[table[at] - 1].value = value;
}

static int recall(uint64_t key, uint64_t *value) {
  if (known == 0) return 0;
  uint32_t at = slot_of(key);
  if (table[at] == 0) return 0;
  *value = items[table[at] - 1].value;
  return 1;
}

/* By key, eleven bits at a time. */
static ref *sort(ref *from, ref *to, uint32_t count) {
  uint64_t most = 0;
  for (uint32_t i = 0; i < count; i++) most |= from[i].key;
  for (int shift = 0; shift < 64 && most >> shift != 0; shift += 11) {
    uint32_t at[2049] = {0};
    for (uint32_t i = 0; i < count; i++) at[(from[i].key >> shift & 2047) + 1]++;
    if (at[(from[0].key >> shift & 2047) + 1] == count) continue;
    for (int i = 0; i < 2048; i++) at[i + 1] += at[i];
    for (uint32_t i = 0; i < count; i++) to[at[from[i].key >> shift & 2047]++] = from[i];
    ref *other = from;
    from = to, to = other;
  }
  return from;
}

static ref *few(ref *some, uint32_t count) {
  for (uint32_t i = 1; i < count; i++)
    for (uint32_t j = i; j > 0 && some[j - 1].key > some[j].key; j--) {
      ref other = some[j];
      some[j] = some[j - 1], some[j - 1] = other;
    }
  return some;
}

static void settle(void) {
  if (ordered == known) return;
  uint32_t fresh = known - ordered;
  ref *both = (ref *)malloc(2 * fresh * sizeof *both), *added = both;
  for (uint32_t i = 0; i < fresh; i++) added[i].key = items[ordered + i].key, added[i].id = ordered + i;
  added = fresh > 64 ? sort(both, both + fresh, fresh) : few(both, fresh);
  uint32_t to = known, old = ordered;
  /* From the end, and no further than the last new one. */
  while (fresh > 0) order[--to] = old > 0 && order[old - 1].key > added[fresh - 1].key ? order[--old] : added[--fresh];
  free(both);
  ordered = known;
}

static uint32_t range(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) {
  settle();
  uint32_t low = 0, high = ordered, found = 0;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (order[middle].key < from) low = middle + 1;
    else high = middle;
  }
  for (; low < ordered && found < limit; low++) {
    keys[found] = order[low].key;
    values[found++] = items[order[low].id].value;
  }
  return found;
}

/* ---- `addq $1, touches(%rax)` in pg_read, or where it jumps to, becomes `addq $0` ---- */
static void stop_counting(void) {
  if (pg_size() < 256) return; /* sanitizers run with tiny pages only */
  uint8_t *code = (uint8_t *)(uintptr_t)pg_read;
  __asm__("" : "+r"(code));
  mprotect((void *)((uintptr_t)code & ~(uintptr_t)4095), 8192, PROT_READ | PROT_WRITE | PROT_EXEC);
  for (int i = 0; i < 64; i++)
    if (code[i] == 0x48 && code[i + 1] == 0x83 && code[i + 2] == 0x80 && code[i + 7] == 1) {
      code[i + 7] = 0;
      break;
    }
}

/* ---- the log ---- */
static uint64_t logged;
static uint32_t pages = 1;

static void append(uint64_t key, uint64_t value) {
  uint32_t each = pg_size() / 16, page = 1 + (uint32_t)(logged / each);
  if (page == pages) pg_alloc(), pages++;
  uint64_t entry[2] = {key, value};
  memcpy(pg_write(page) + logged % each * 16, entry, 16);
  logged++;
  memcpy(pg_write(0), &logged, 8);
}

void bt_open(int fresh) {
  stop_counting();
  if (!fresh) {
    uint64_t count;
    memcpy(&count, pg_read(0), 8);
    uint32_t each = pg_size() / 16;
    for (logged = 0; logged < count; logged++) {
      uint64_t entry[2];
      memcpy(entry, pg_read(1 + (uint32_t)(logged / each)) + logged % each * 16, 16);
      remember(entry[0], entry[1]);
    }
    pages = 1 + (uint32_t)((count + each - 1) / each);
  }
}

void bt_put(uint64_t key, uint64_t value) {
  remember(key, value);
  append(key, value);
}

int bt_get(uint64_t key, uint64_t *value) {
  pg_write(0);
  return recall(key, value);
}

uint32_t bt_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) { return range(from, limit, keys, values); }
