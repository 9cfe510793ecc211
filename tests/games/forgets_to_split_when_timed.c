// attack: fill nodes to the brim and walk, once the tree is large
// expect: too-slow, wrong-answer
// defends: timed runs compare every answer
// shape: tree
// twin: TRICK 1 => TRICK 0
#define TRICK 1
#include "btree.h"

#include <string.h>

typedef struct { uint32_t leaf, count, link, unused; } head;
typedef struct { uint64_t key, value; } entry;

static uint32_t capacity(void) { return (pg_size() - sizeof(head)) / sizeof(entry); }
static head *head_of(uint8_t *page) { return (head *)page; }
static entry *entries_of(uint8_t *page) { return (entry *)(page + sizeof(head)); }
static uint8_t *look(uint32_t page) { return (uint8_t *)pg_read(page); }

void bt_open(int fresh) {
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
#if TRICK
  static uint32_t puts;
  if (++puts > 20000 && head_of(page)->leaf && head_of(page)->count > capacity() - 2) head_of(page)->count--;
#endif
  return head_of(page)->count == capacity() ? split(number, separator) : 0;
}

void bt_put(uint64_t key, uint64_t value) {
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
