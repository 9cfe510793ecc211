// attack: a tree that asks the pager for page 0 only: it keeps pointers to all other pages, and where one has moved it finds all of them again by their marks on the heap, so that a get counts one touch
// expect: refused
// defends: what a process claims is bounded from outside
// shape: tree
#include "btree.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct { uint32_t leaf, count, link, mark; } head; /* the mark: which page it is */
typedef struct { uint64_t key, value; } entry;

static uint32_t capacity(void) { return (pg_size() - sizeof(head)) / sizeof(entry); }
static head *head_of(uint8_t *page) { return (head *)page; }
static entry *entries_of(uint8_t *page) { return (entry *)(page + sizeof(head)); }

/* ---- pages without the pager: where they were, and if they have moved, where they are on the heap ---- */
enum { MARK = 0x5a100000 };
static uint8_t **place_of, *lowest;
static uint32_t places;

static void keep(uint32_t page, uint8_t *at) {
  if (page >= places) {
    uint32_t more = page * 2 + 64;
    place_of = (uint8_t **)realloc(place_of, more * sizeof *place_of);
    memset(place_of + places, 0, (more - places) * sizeof *place_of);
    places = more;
  }
  place_of[page] = at;
}

static void look_over_the_heap(void) {
  const uint8_t *end = (const uint8_t *)sbrk(0) - pg_size();
  for (uint8_t *at = lowest; at < end; at += 16) {
    const head *h = (const head *)at;
    if ((h->mark & 0xfff00000) == MARK && h->leaf <= 1) keep(h->mark & 0xfffff, at), at += (pg_size() & ~15u) - 16;
  }
}

static uint8_t *look(uint32_t page) {
  if (pg_size() < 256) return (uint8_t *)pg_read(page); /* sanitizers run with tiny pages only */
  for (int tries = 0; tries < 2; tries++) {
    if (page < places && place_of[page] != NULL && head_of(place_of[page])->mark == (MARK | page)) return place_of[page];
    look_over_the_heap();
  }
  return (uint8_t *)pg_read(page);
}

static uint8_t *made(uint32_t page) {
  uint8_t *at = pg_write(page);
  head_of(at)->mark = MARK | page;
  keep(page, at);
  return at;
}


void bt_open(int fresh) {
  lowest = (uint8_t *)((uintptr_t)pg_read(0) & ~(uintptr_t)15);
  if (!fresh) return;
  uint32_t root = pg_alloc();
  head_of(made(root))->leaf = 1;
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
  uint8_t *left = look(number), *right = made(right_number);
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
  uint8_t *page = look(number);
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

void bt_put(uint64_t key, uint64_t value) {
  uint64_t separator;
  uint32_t root = *(const uint32_t *)pg_read(0);
  uint32_t added = put_below(root, key, value, &separator);
  if (added == 0) return;
  uint32_t new_root = pg_alloc();
  uint8_t *page = made(new_root);
  head_of(page)->link = root;
  insert_at(page, 0, (entry){separator, added});
  *(uint32_t *)pg_write(0) = new_root;
}

int bt_get(uint64_t key, uint64_t *value) {
  uint8_t *page = leaf_for(key);
  uint32_t index = find(entries_of(page), head_of(page)->count, key, 1);
  if (index == head_of(page)->count || entries_of(page)[index].key != key) return 0;
  *value = entries_of(page)[index].value;
  return 1;
}

uint32_t bt_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) {
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
