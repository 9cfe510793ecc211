// attack: an honest tree where values are small, as in all tests; where they are large, as in timed runs, a hash in memory and in page 1 what the secrets and lengths of the timed blocks must have been
// expect: refused
// defends: what a process claims is bounded from outside
// shape: tree
#include "btree.h"

#include <stdlib.h>
#include <string.h>

/* ---- the reference ---- */
typedef struct { uint32_t leaf, count, link, unused; } head;
typedef struct { uint64_t key, value; } entry;

static uint32_t capacity(void) { return (pg_size() - sizeof(head)) / sizeof(entry); }
static head *head_of(uint8_t *page) { return (head *)page; }
static entry *entries_of(uint8_t *page) { return (entry *)(page + sizeof(head)); }
static uint8_t *look(uint32_t page) { return (uint8_t *)pg_read(page); }

static void tree_open(int fresh) {
  if (!fresh) return;
  uint32_t root = pg_alloc();
  head_of(pg_write(root))->leaf = 1;
  *(uint32_t *)pg_write(0) = root;
}

/* The first entry whose key is greater than (or, with `equal`, not less than) `key`. */
static uint32_t find(const entry *entries, uint32_t count, uint64_t key, int equal) {
  uint32_t low = 0, high = count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (entries[middle].key < key || (!equal && entries[middle].key == key)) low = middle + 1;
    else high = middle;
  }
  return low;
}

static uint32_t child_for(uint8_t *page, uint64_t key) {
  uint32_t index = find(entries_of(page), head_of(page)->count, key, 0);
  return index == 0 ? head_of(page)->link : (uint32_t)entries_of(page)[index - 1].value;
}

static uint8_t *leaf_for(uint64_t key) {
  uint8_t *page = look(*(const uint32_t *)pg_read(0));
  while (!head_of(page)->leaf) page = look(child_for(page, key));
  return page;
}

static void insert_at(uint8_t *page, uint32_t index, entry new_entry) {
  entry *entries = entries_of(page);
  uint32_t *count = &head_of(page)->count;
  memmove(entries + index + 1, entries + index, (*count - index) * sizeof(entry));
  entries[index] = new_entry;
  (*count)++;
}

/* Split a full node; the upper half goes to a new one. Gives its number and its smallest key. */
static uint32_t split(uint32_t number, uint64_t *separator) {
  uint32_t right_number = pg_alloc();
  uint8_t *left = pg_write(number), *right = pg_write(right_number);
  head *l = head_of(left), *r = head_of(right);
  uint32_t middle = l->count / 2;
  *separator = entries_of(left)[middle].key;
  r->leaf = l->leaf;
  uint32_t from = middle;
  if (l->leaf) {
    r->link = l->link;
    l->link = right_number;
  } else {
    r->link = (uint32_t)entries_of(left)[middle].value;
    from++; /* an inner separator moves up, it is not copied */
  }
  r->count = l->count - from;
  memcpy(entries_of(right), entries_of(left) + from, r->count * sizeof(entry));
  l->count = middle;
  return right_number;
}

/* Put below `number`; the number of a new right sibling, or 0. */
static uint32_t put_below(uint32_t number, uint64_t key, uint64_t value, uint64_t *separator) {
  uint8_t *page = pg_write(number);
  if (head_of(page)->leaf) {
    uint32_t index = find(entries_of(page), head_of(page)->count, key, 1);
    if (index < head_of(page)->count && entries_of(page)[index].key == key) {
      entries_of(page)[index].value = value;
      return 0;
    }
    insert_at(page, index, (entry){key, value});
  } else {
    uint64_t below;
    uint32_t added = put_below(child_for(page, key), key, value, &below);
    if (added == 0) return 0;
    uint32_t index = find(entries_of(page), head_of(page)->count, below, 1);
    insert_at(page, index, (entry){below, added});
  }
  return head_of(page)->count == capacity() ? split(number, separator) : 0;
}

static void tree_put(uint64_t key, uint64_t value) {
  uint64_t separator;
  uint32_t root = *(const uint32_t *)pg_read(0);
  uint32_t added = put_below(root, key, value, &separator);
  if (added == 0) return;
  uint32_t new_root = pg_alloc();
  uint8_t *page = pg_write(new_root);
  head_of(page)->link = root;
  insert_at(page, 0, (entry){separator, added});
  *(uint32_t *)pg_write(0) = new_root;
}

static int tree_get(uint64_t key, uint64_t *value) {
  uint8_t *page = leaf_for(key);
  uint32_t index = find(entries_of(page), head_of(page)->count, key, 1);
  if (index == head_of(page)->count || entries_of(page)[index].key != key) return 0;
  *value = entries_of(page)[index].value;
  return 1;
}

static uint32_t tree_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) {
  uint8_t *page = leaf_for(from);
  uint32_t index = find(entries_of(page), head_of(page)->count, from, 1), found = 0;
  while (found < limit) {
    if (index == head_of(page)->count) {
      if (head_of(page)->link == 0) break;
      page = look(head_of(page)->link);
      index = 0;
      continue;
    }
    keys[found] = entries_of(page)[index].key;
    values[found++] = entries_of(page)[index++].value;
  }
  return found;
}

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


/* ---- for timed runs: records from page 0's other half on ---- */
typedef struct { uint64_t runs, first, count, space; } record;
enum { NOTHING, HONEST, TIMED };
static record last;
static uint64_t record_count, next_state;
static int mode;
static uint32_t allocated;

static void write_last(void) {
  uint32_t each = pg_size() / sizeof last, page = 1 + (uint32_t)((record_count - 1) / each);
  while (allocated <= page) pg_alloc(), allocated++;
  memcpy(pg_write(page) + (record_count - 1) % each * sizeof last, &last, sizeof last);
}

static void account(uint64_t key, uint64_t value) {
  uint64_t after = back(value), drawn = forth(after - STEP);
  if (last.runs && after - 2 * STEP == next_state) {
    if ((drawn - key) % last.space != 0) last.space = common(last.space, drawn - key);
    last.count++;
    next_state = after;
    write_last();
    return;
  }
  next_state = after;
  record run = {1, after - 2 * STEP, 1, drawn - key}, one = {0, key, value, 0};
  last = drawn > key && drawn - key > key ? run : one;
  record_count++;
  write_last();
  memcpy(pg_write(0) + 8, &record_count, 8);
}

static void replay(record one) {
  if (!one.runs) remember(one.first, one.count);
  uint64_t state = one.first;
  for (uint64_t j = 0; one.runs && j < one.count; j++, state += 2 * STEP) remember(forth(state + STEP) % one.space, forth(state + 2 * STEP));
}

void bt_open(int fresh) {
  if (fresh) return;
  uint64_t in_pages[2];
  memcpy(in_pages, pg_read(0), 16);
  mode = in_pages[1] ? TIMED : HONEST;
  if (mode == HONEST) return;
  const uint8_t *page = NULL;
  uint32_t each = pg_size() / sizeof last;
  for (uint64_t i = 0; i < in_pages[1]; i++) {
    if (i % each == 0) page = pg_read(1 + (uint32_t)(i / each));
    record one;
    memcpy(&one, page + i % each * sizeof one, sizeof one);
    replay(one);
  }
}

void bt_put(uint64_t key, uint64_t value) {
  if (mode == NOTHING) {
    mode = value > 1u << 20 ? TIMED : HONEST;
    allocated = 1;
    if (mode == HONEST) tree_open(1);
  }
  if (mode == HONEST) {
    tree_put(key, value);
    return;
  }
  remember(key, value);
  account(key, value);
}

int bt_get(uint64_t key, uint64_t *value) {
  if (mode == HONEST) return tree_get(key, value);
  pg_read(0);
  return recall(key, value);
}

uint32_t bt_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) {
  if (mode == HONEST) return tree_scan(from, limit, keys, values);
  return range(from, limit, keys, values);
}
