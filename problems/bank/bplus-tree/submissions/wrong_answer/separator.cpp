// Planted: a key equal to a separator is looked for in the child left of it.
#include "btree.h"

#include <algorithm>
#include <cstring>

namespace {

struct Entry {
  uint64_t key, value;
};

struct Node {
  uint32_t leaf, count, link, unused;
  Entry entries[1];  // as many as the page holds

  static Node *at(uint32_t page) { return reinterpret_cast<Node *>(pg_write(page)); }
  static uint32_t capacity() { return (pg_size() - 16) / sizeof(Entry); }

  uint32_t first_not_below(uint64_t key) const {
    return std::lower_bound(entries, entries + count, key,
                            [](const Entry &e, uint64_t k) { return e.key < k; }) - entries;
  }
  uint32_t child_for(uint64_t key) const {
    uint32_t i = first_not_below(key);
    return i == 0 ? link : static_cast<uint32_t>(entries[i - 1].value);
  }
  void insert(uint32_t index, Entry entry) {
    std::memmove(entries + index + 1, entries + index, (count - index) * sizeof(Entry));
    entries[index] = entry;
    count++;
  }
};

uint32_t root() { return *reinterpret_cast<const uint32_t *>(pg_read(0)); }
void set_root(uint32_t page) { *reinterpret_cast<uint32_t *>(pg_write(0)) = page; }

Node *leaf_for(uint64_t key) {
  Node *node = Node::at(root());
  while (!node->leaf) node = Node::at(node->child_for(key));
  return node;
}

// Split a full node; the upper half goes to a new one. Gives its number and its smallest key.
uint32_t split(Node *left, uint64_t *separator) {
  uint32_t number = pg_alloc();
  Node *right = Node::at(number);
  uint32_t middle = left->count / 2, from = middle;
  *separator = left->entries[middle].key;
  right->leaf = left->leaf;
  if (left->leaf) {
    right->link = left->link;
    left->link = number;
  } else {
    right->link = static_cast<uint32_t>(left->entries[middle].value);
    from++;  // an inner separator moves up, it is not copied
  }
  right->count = left->count - from;
  std::memcpy(right->entries, left->entries + from, right->count * sizeof(Entry));
  left->count = middle;
  return number;
}

// Put below `number`; the number of a new right sibling, or 0.
uint32_t put_below(uint32_t number, uint64_t key, uint64_t value, uint64_t *separator) {
  Node *node = Node::at(number);
  if (node->leaf) {
    uint32_t index = node->first_not_below(key);
    if (index < node->count && node->entries[index].key == key) {
      node->entries[index].value = value;
      return 0;
    }
    node->insert(index, {key, value});
  } else {
    uint64_t below;
    uint32_t added = put_below(node->child_for(key), key, value, &below);
    if (added == 0) return 0;
    node->insert(node->first_not_below(below), {below, added});
  }
  return node->count == Node::capacity() ? split(node, separator) : 0;
}

}  // namespace

void bt_open(int fresh) {
  if (!fresh) return;
  uint32_t page = pg_alloc();
  Node::at(page)->leaf = 1;
  set_root(page);
}

void bt_put(uint64_t key, uint64_t value) {
  uint64_t separator;
  uint32_t added = put_below(root(), key, value, &separator);
  if (added == 0) return;
  uint32_t page = pg_alloc();
  Node *node = Node::at(page);
  node->link = root();
  node->insert(0, {separator, added});
  set_root(page);
}

int bt_get(uint64_t key, uint64_t *value) {
  Node *leaf = leaf_for(key);
  uint32_t index = leaf->first_not_below(key);
  if (index == leaf->count || leaf->entries[index].key != key) return 0;
  *value = leaf->entries[index].value;
  return 1;
}

uint32_t bt_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) {
  Node *leaf = leaf_for(from);
  uint32_t index = leaf->first_not_below(from), found = 0;
  while (found < limit) {
    if (index == leaf->count) {
      if (leaf->link == 0) break;
      leaf = Node::at(leaf->link);
      index = 0;
      continue;
    }
    keys[found] = leaf->entries[index].key;
    values[found++] = leaf->entries[index++].value;
  }
  return found;
}
