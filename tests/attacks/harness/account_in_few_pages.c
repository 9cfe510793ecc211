// attack: everything in memory and, by the pager alone, an account of it in very few pages: small keys' values in ten bits each, and timed puts as the state of the generator that they are drawn by, which a put's value gives away
// expect: refused
// defends: what a process claims is bounded from outside
// shape: tree
#include "btree.h"

#include <stdlib.h>
#include <string.h>

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

/* ---- splitmix64, backwards too ---- */
static const uint64_t STEP = 0x9e3779b97f4a7c15u;

static uint64_t forth(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static uint64_t back(uint64_t z) {
  z = (z ^ (z >> 31) ^ (z >> 62)) * 0x319642b2d24d8ec3u;
  z = (z ^ (z >> 27) ^ (z >> 54)) * 0x96de1b173f119089u;
  return z ^ (z >> 30) ^ (z >> 60);
}

static uint64_t common(uint64_t a, uint64_t b) {
  while (b != 0) {
    uint64_t rest = a % b;
    a = b, b = rest;
  }
  return a;
}

/* ---- the account: page 0 has the number of records; then the table; then the records ---- */
enum { BITS = 10, TABLE_AT = 16, TABLE_PAGES = 4, PAGE = 4096, KEYS = 13000, VALUES = 1000 };
typedef struct { uint64_t runs, first, count, space; } record; /* or: 0, key, value */

static uint64_t record_count, next_state;
static record last;
static uint32_t allocated = 1, first_page;

static void write_last(void) {
  uint32_t size = pg_size();
  const unsigned char *from = (const unsigned char *)&last;
  uint64_t at = (record_count - 1) * sizeof last;
  uint32_t page = first_page + (uint32_t)(at / size);
  while (page >= allocated) pg_alloc(), allocated++;
  memcpy(pg_write(page) + at % size, from, sizeof last); /* 32 divides every size */
}

static void add(uint64_t runs, uint64_t first, uint64_t count, uint64_t space) {
  record one = {runs, first, count, space};
  last = one;
  record_count++;
  write_last();
  memcpy(pg_write(0), &record_count, 8);
}

static void account(uint64_t key, uint64_t value) {
  uint64_t after = back(value), drawn = forth(after - STEP);
  if (last.runs && after - 2 * STEP == next_state) {
    uint64_t space = last.space;
    if ((drawn - key) % space != 0) space = common(space, drawn - key);
    if (key < space) {
      last.space = space;
      last.count++;
      next_state = after;
      write_last();
      return;
    }
  }
  next_state = after;
  if (drawn > key && drawn - key > key) add(1, after - 2 * STEP, 1, drawn - key);
  else add(0, key, value, 0);
}

static int in_table(uint64_t key, uint64_t value) { return pg_size() == PAGE && key < KEYS && value < VALUES; }

static void tabulate(uint64_t key, uint64_t value) {
  for (int bit = 0; bit < BITS; bit++) {
    uint64_t at = TABLE_AT * 8 + key * BITS + bit, page = at / (PAGE * 8), in = at % (PAGE * 8);
    while (page >= allocated) pg_alloc(), allocated++;
    uint8_t *byte = pg_write((uint32_t)page) + in / 8;
    *byte = (uint8_t)((*byte & ~(1 << in % 8)) | ((value + 1) >> bit & 1) << in % 8);
  }
}

static void load(void) {
  uint32_t size = pg_size();
  const uint8_t *pages[TABLE_PAGES], *page = NULL;
  pages[0] = pg_read(0);
  uint64_t tabulated;
  memcpy(&record_count, pages[0], 8);
  memcpy(&tabulated, pages[0] + 8, 8);
  for (uint32_t i = 1; tabulated && i < TABLE_PAGES; i++) pages[i] = pg_read(i);
  for (uint64_t key = 0; tabulated && key < KEYS; key++) {
    uint32_t value = 0;
    for (int bit = 0; bit < BITS; bit++) {
      uint64_t at = TABLE_AT * 8 + key * BITS + bit;
      value |= (uint32_t)(pages[at / (PAGE * 8)][at % (PAGE * 8) / 8] >> at % 8 & 1) << bit;
    }
    if (value) remember(key, value - 1);
  }
  for (uint64_t i = 0; i < record_count; i++) {
    record one;
    if (i * sizeof one % size == 0) page = pg_read(first_page + (uint32_t)(i * sizeof one / size));
    memcpy(&one, page + i * sizeof one % size, sizeof one);
    if (!one.runs) remember(one.first, one.count);
    uint64_t state = one.first;
    for (uint64_t j = 0; one.runs && j < one.count; j++, state += 2 * STEP) remember(forth(state + STEP) % one.space, forth(state + 2 * STEP));
  }
}

void bt_open(int fresh) {
  first_page = pg_size() == PAGE ? TABLE_PAGES : 1;
  if (!fresh) load();
  else if (pg_size() == PAGE)
    while (allocated < TABLE_PAGES) pg_alloc(), allocated++;
}

void bt_put(uint64_t key, uint64_t value) {
  remember(key, value);
  if (!in_table(key, value)) {
    account(key, value);
    return;
  }
  uint64_t yes = 1;
  memcpy(pg_write(0) + 8, &yes, 8);
  tabulate(key, value);
}

int bt_get(uint64_t key, uint64_t *value) {
  pg_read(0);
  return recall(key, value);
}

uint32_t bt_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) { return range(from, limit, keys, values); }
