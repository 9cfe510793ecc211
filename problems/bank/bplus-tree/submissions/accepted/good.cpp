// Fast: keys apart from values, so that a search touches fewer cache lines, and without a branch
// in it.
//
// Page 0 holds the root's page number. In an inner node the link is the child left of the first
// key, and an entry is (key, child right of it). In a leaf the link is the next leaf.
#include "btree.h"

#include <cstring>

namespace {

uint32_t capacity;

struct Node {
  uint32_t leaf, count, link, unused;
  uint64_t keys[1];  // as many as the page holds; their values follow

  static Node *at(uint32_t page) { return reinterpret_cast<Node *>(pg_write(page)); }
  uint64_t *values() { return keys + capacity; }

  // How many keys are below `key` (or, with `equal`, not above it).
  template <bool equal> uint32_t rank(uint64_t key) const {
    const uint64_t *base = keys;
    uint32_t n = count;
    while (n > 1) {
      uint32_t half = n / 2;
      base += (equal ? base[half - 1] <= key : base[half - 1] < key) ? half : 0;
      n -= half;
    }
    uint32_t last = n == 1 && (equal ? *base <= key : *base < key);
    return static_cast<uint32_t>(base - keys) + last;
  }
  uint32_t child_for(uint64_t key) {
    uint32_t i = rank<true>(key);
    return i == 0 ? link : static_cast<uint32_t>(values()[i - 1]);
  }
  void insert(uint32_t index, uint64_t key, uint64_t value) {
    std::memmove(keys + index + 1, keys + index, (count - index) * 8);
    std::memmove(values() + index + 1, values() + index, (count - index) * 8);
    keys[index] = key;
    values()[index] = value;
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
  *separator = left->keys[middle];
  right->leaf = left->leaf;
  if (left->leaf) {
    right->link = left->link;
    left->link = number;
  } else {
    right->link = static_cast<uint32_t>(left->values()[middle]);
    from++;  // an inner separator moves up, it is not copied
  }
  right->count = left->count - from;
  std::memcpy(right->keys, left->keys + from, right->count * 8);
  std::memcpy(right->values(), left->values() + from, right->count * 8);
  left->count = middle;
  return number;
}

// Put below `number`; the number of a new right sibling, or 0.
uint32_t put_below(uint32_t number, uint64_t key, uint64_t value, uint64_t *separator) {
  Node *node = Node::at(number);
  if (node->leaf) {
    uint32_t index = node->rank<false>(key);
    if (index < node->count && node->keys[index] == key) {
      node->values()[index] = value;
      return 0;
    }
    node->insert(index, key, value);
  } else {
    uint64_t below;
    uint32_t added = put_below(node->child_for(key), key, value, &below);
    if (added == 0) return 0;
    node->insert(node->rank<false>(below), below, added);
  }
  return node->count == capacity ? split(node, separator) : 0;
}

}  // namespace

void bt_open(int fresh) {
  capacity = (pg_size() - 16) / 16;
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
  node->insert(0, separator, added);
  set_root(page);
}

int bt_get(uint64_t key, uint64_t *value) {
  Node *leaf = leaf_for(key);
  uint32_t index = leaf->rank<false>(key);
  if (index == leaf->count || leaf->keys[index] != key) return 0;
  *value = leaf->values()[index];
  return 1;
}

uint32_t bt_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) {
  Node *leaf = leaf_for(from);
  uint32_t index = leaf->rank<false>(from), found = 0;
  while (found < limit) {
    if (index == leaf->count) {
      if (leaf->link == 0) break;
      leaf = Node::at(leaf->link);
      index = 0;
      continue;
    }
    keys[found] = leaf->keys[index];
    values[found++] = leaf->values()[index++];
  }
  return found;
}
