// attack: an array in memory while the pages are here, which it tells by the clock; once they are lent all is written to them, sorted
// expect: refused
// defends: what a process claims is bounded from outside
// shape: tree
#include "btree.h"
#include <algorithm>
#include <cstring>
#include <vector>
#include <x86intrin.h>
namespace {
struct Entry { uint64_t key, value; };
std::vector<Entry> all, added;
bool known, dirty;
// An answer by another process takes microseconds.
bool far_away() {
  uint64_t t = __rdtsc();
  *(volatile const uint8_t *)pg_read(0);
  return __rdtsc() - t > 4000;
}
// Stable, a byte pair at a time; small ones by the library.
void sort_added() {
  if (added.size() < 5000) {
    std::stable_sort(added.begin(), added.end(), [](const Entry &a, const Entry &b) { return a.key < b.key; });
    return;
  }
  std::vector<Entry> other(added.size());
  static uint32_t at[2048];
  uint64_t any = 0;
  for (const Entry &e : added) any |= e.key;
  for (int shift = 0; shift < 64; shift += 11) {
    if (any >> shift == 0) break;
    memset(at, 0, sizeof at);
    for (const Entry &e : added) at[e.key >> shift & 2047]++;
    for (uint32_t sum = 0, i = 0; i < 2048; i++) { uint32_t n = at[i]; at[i] = sum; sum += n; }
    for (const Entry &e : added) other[at[e.key >> shift & 2047]++] = e;
    added.swap(other);
  }
}
void settle() {
  if (added.empty()) return;
  sort_added();
  std::vector<Entry> out;
  out.reserve(all.size() + added.size());
  size_t i = 0;
  for (size_t j = 0; j < added.size(); j++) {
    if (j + 1 < added.size() && added[j + 1].key == added[j].key) continue;
    while (i < all.size() && all[i].key < added[j].key) out.push_back(all[i++]);
    if (i < all.size() && all[i].key == added[j].key) i++;
    out.push_back(added[j]);
  }
  out.insert(out.end(), all.begin() + i, all.end());
  all.swap(out);
  added.clear();
}
uint32_t per_leaf() { return pg_size() / 16; }
uint32_t per_inner() { return pg_size() / 8; }
struct Head { uint64_t count; uint32_t base; };
void dump() {
  settle();
  std::vector<uint64_t> firsts;
  uint32_t base = 0;
  for (size_t i = 0; i < all.size(); i += per_leaf()) {
    uint32_t page = pg_alloc();
    if (i == 0) base = page;
    memcpy(pg_write(page), &all[i], std::min<size_t>(per_leaf(), all.size() - i) * 16);
    firsts.push_back(all[i].key);
  }
  while (firsts.size() > 1) {
    std::vector<uint64_t> next;
    for (size_t i = 0; i < firsts.size(); i += per_inner()) {
      memcpy(pg_write(pg_alloc()), &firsts[i], std::min<size_t>(per_inner(), firsts.size() - i) * 8);
      next.push_back(firsts[i]);
    }
    firsts.swap(next);
  }
  Head head{all.size(), base};
  memcpy(pg_write(0), &head, sizeof head);
  dirty = false;
}
void load() {
  if (known) return;
  Head head;
  memcpy(&head, pg_read(0), sizeof head);
  all.resize(head.count);
  for (size_t i = 0; i < all.size(); i += per_leaf())
    memcpy(&all[i], pg_read(head.base + i / per_leaf()), std::min<size_t>(per_leaf(), all.size() - i) * 16);
  known = true;
}
// The index of the first entry not below `key`, by pages alone.
Entry at(const Head &head, uint64_t i) {
  Entry e;
  memcpy(&e, pg_read(head.base + i / per_leaf()) + i % per_leaf() * 16, 16);
  return e;
}
uint64_t find_far(const Head &head, uint64_t key) {
  std::vector<uint64_t> sizes{(head.count + per_leaf() - 1) / per_leaf()};
  std::vector<uint32_t> starts{head.base};
  while (sizes.back() > 1) {
    starts.push_back(starts.back() + sizes.back());
    sizes.push_back((sizes.back() + per_inner() - 1) / per_inner());
  }
  uint64_t node = 0;
  for (size_t level = sizes.size(); level-- > 1;) {
    const uint64_t *keys = (const uint64_t *)pg_read(starts[level] + node);
    uint64_t n = std::min<uint64_t>(per_inner(), sizes[level - 1] - node * per_inner());
    uint64_t i = std::upper_bound(keys, keys + n, key) - keys;
    node = node * per_inner() + (i ? i - 1 : 0);
  }
  uint64_t i = node * per_leaf(), end = std::min<uint64_t>(i + per_leaf(), head.count);
  while (i < end && at(head, i).key < key) i++;
  return i;
}
Head head_far() {
  if (dirty) dump();
  known = false;
  Head head;
  memcpy(&head, pg_read(0), sizeof head);
  return head;
}
size_t find_near(uint64_t key) {
  load();
  settle();
  if (all.empty()) return 0;
  const Entry *base = all.data();
  size_t n = all.size();
  while (n > 1) {
    size_t half = n / 2;
    base += base[half - 1].key < key ? half : 0;
    n -= half;
  }
  return base - all.data() + (base->key < key);
}
}  // namespace
void bt_open(int fresh) { known = fresh; }
void bt_put(uint64_t key, uint64_t value) {
  bool far = far_away();
  load();
  added.push_back({key, value});
  dirty = true;
  if (far) dump();
}
int bt_get(uint64_t key, uint64_t *value) {
  if (far_away()) {
    Head head = head_far();
    uint64_t i = find_far(head, key);
    if (i == head.count) return 0;
    Entry e = at(head, i);
    *value = e.value;
    return e.key == key;
  }
  size_t i = find_near(key);
  if (i == all.size() || all[i].key != key) return 0;
  *value = all[i].value;
  return 1;
}
uint32_t bt_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) {
  uint32_t found = 0;
  if (far_away()) {
    Head head = head_far();
    for (uint64_t i = find_far(head, from); i < head.count && found < limit; i++) {
      Entry e = at(head, i);
      keys[found] = e.key, values[found++] = e.value;
    }
    return found;
  }
  for (size_t i = find_near(from); i < all.size() && found < limit; i++) keys[found] = all[i].key, values[found++] = all[i].value;
  return found;
}
