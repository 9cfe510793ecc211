// attack: no tree: leaves in pages, and a flat list of their first keys that is read from a few pages at open and then looked at in memory only
// expect: refused
// defends: what a process claims is bounded from outside
// shape: tree
#include "btree.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace {

struct item { uint64_t key, value; };
struct leaf { uint64_t first; uint32_t page; };

// Page 0: how many leaves, then pages of the list. A page of the list: leaves' first keys and pages.
// A leaf: its count, then items.
std::vector<leaf> leaves;
std::vector<uint32_t> list_pages;

constexpr size_t ENTRY = 12;
size_t in_list_page() { return pg_size() / ENTRY; }
uint32_t in_leaf() { return (pg_size() - 16) / 16; }

// Page 0 has room for some pages of the list; its last word leads to the next such page.
size_t in_heading() { return (pg_size() - 8) / 4; }

void write_list(size_t from) {
  const size_t each = in_list_page(), rooms = in_heading();
  for (size_t part = from / each; part * each < leaves.size(); part++) {
    if (part == list_pages.size()) list_pages.push_back(pg_alloc());
    uint8_t *page = pg_write(list_pages[part]);
    for (size_t i = part * each; i < std::min(leaves.size(), (part + 1) * each); i++) {
      std::memcpy(page + (i - part * each) * ENTRY, &leaves[i].first, 8);
      std::memcpy(page + (i - part * each) * ENTRY + 8, &leaves[i].page, 4);
    }
  }
  uint32_t number = 0;
  uint8_t *page = pg_write(number);
  const uint32_t count = static_cast<uint32_t>(leaves.size());
  std::memcpy(page, &count, 4);
  for (size_t at = 0;; at += rooms) {
    const size_t here = std::min(rooms, list_pages.size() - at);
    std::memcpy(page + 8, &list_pages[at], 4 * here);
    if (at + rooms >= list_pages.size()) break;
    uint32_t next;
    std::memcpy(&next, page + 4, 4);
    if (next == 0) {
      next = pg_alloc();
      std::memcpy(pg_write(number) + 4, &next, 4);
    }
    number = next;
    page = pg_write(number);
  }
}

void read_list() {
  const size_t each = in_list_page(), rooms = in_heading();
  uint32_t count, number = 0;
  const uint8_t *page = pg_read(0);
  std::memcpy(&count, page, 4);
  leaves.resize(count);
  list_pages.resize((count + each - 1) / each);
  for (size_t at = 0;; at += rooms) {
    const size_t here = std::min(rooms, list_pages.size() - at);
    std::memcpy(&list_pages[at], page + 8, 4 * here);
    if (at + rooms >= list_pages.size()) break;
    std::memcpy(&number, page + 4, 4);
    page = pg_read(number);
  }
  for (size_t i = 0; i < count; i++) {
    if (i % each == 0) page = pg_read(list_pages[i / each]);
    std::memcpy(&leaves[i].first, page + i % each * ENTRY, 8);
    std::memcpy(&leaves[i].page, page + i % each * ENTRY + 8, 4);
  }
}

size_t leaf_for(uint64_t key) {
  auto at = std::upper_bound(leaves.begin() + 1, leaves.end(), key, [](uint64_t k, const leaf &l) { return k < l.first; });
  return at - leaves.begin() - 1;
}

uint64_t count_of(const uint8_t *page) { uint64_t count; std::memcpy(&count, page, 8); return count; }
item *items_of(const uint8_t *page) { return reinterpret_cast<item *>(const_cast<uint8_t *>(page) + 16); }
item *find(const uint8_t *page, uint64_t key) {
  item *items = items_of(page);
  return std::lower_bound(items, items + count_of(page), key, [](const item &one, uint64_t k) { return one.key < k; });
}

} // namespace

void bt_open(int fresh) {
  if (!fresh) return read_list();
  leaves.push_back({0, pg_alloc()});
  write_list(0);
}

void bt_put(uint64_t key, uint64_t value) {
  const size_t at = leaf_for(key);
  uint8_t *page = pg_write(leaves[at].page);
  uint64_t count = count_of(page);
  item *items = items_of(page), *place = find(page, key);
  if (place != items + count && place->key == key) {
    place->value = value;
    return;
  }
  std::copy_backward(place, items + count, items + count + 1);
  *place = {key, value};
  count++;
  std::memcpy(page, &count, 8);
  if (count < in_leaf()) return;
  const uint32_t number = pg_alloc();
  uint8_t *other = pg_write(number);
  page = pg_write(leaves[at].page);
  const uint64_t stay = count / 2, go = count - stay;
  std::copy(items_of(page) + stay, items_of(page) + count, items_of(other));
  std::memcpy(page, &stay, 8);
  std::memcpy(other, &go, 8);
  leaves.insert(leaves.begin() + at + 1, {items_of(other)[0].key, number});
  write_list(at + 1);
}

int bt_get(uint64_t key, uint64_t *value) {
  const uint8_t *page = pg_read(leaves[leaf_for(key)].page);
  const item *found = find(page, key);
  if (found == items_of(page) + count_of(page) || found->key != key) return 0;
  *value = found->value;
  return 1;
}

uint32_t bt_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) {
  uint32_t found = 0;
  for (size_t at = leaf_for(from); at < leaves.size() && found < limit; at++) {
    const uint8_t *page = pg_read(leaves[at].page);
    for (const item *one = find(page, from); one != items_of(page) + count_of(page) && found < limit; one++) {
      keys[found] = one->key;
      values[found++] = one->value;
    }
  }
  return found;
}
