// attack: no order in the pages at all, but an extendible hash, two touches a get; scans come from a copy in memory that the first scan after opening makes of all pages
// expect: refused
// defends: what a process claims is bounded from outside
// shape: tree
#include "btree.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace {

struct item { uint64_t key, value; };

// Linear hashing. Page 0: levels and split pointer by the number of buckets; then, as far as there is
// room, the pages of the directory, each of which has the buckets' pages. A bucket: count, next
// bucket page for what flows over, items.
struct bucket_head { uint32_t count, next; uint64_t unused; };


uint32_t in_bucket() { return (pg_size() - 16) / 16; }
uint64_t mixed(uint64_t key) { key = (key ^ (key >> 32)) * 0x9e3779b97f4a7c15u; return key ^ (key >> 29); }

struct heading { uint32_t buckets, unused; uint64_t stored; uint32_t pages[]; };
heading *head(bool changes = false) { return reinterpret_cast<heading *>(changes ? pg_write(0) : const_cast<uint8_t *>(pg_read(0))); }
bool small() { return pg_size() < 1024; } // page 0 would not hold the directory: a single chain

uint32_t bucket_of(uint64_t key, uint32_t buckets) {
  uint32_t top = 1;
  while (top < buckets) top *= 2;
  uint32_t at = mixed(key) & (top - 1);
  return at < buckets ? at : at - top / 2;
}

bucket_head *look(uint32_t page) { return reinterpret_cast<bucket_head *>(pg_write(page)); }
item *items_of(bucket_head *page) { return reinterpret_cast<item *>(page + 1); }

item *find(uint32_t page, uint64_t key) {
  while (page != 0) {
    bucket_head *bucket = look(page);
    for (uint32_t i = 0; i < bucket->count; i++)
      if (items_of(bucket)[i].key == key) return &items_of(bucket)[i];
    page = bucket->next;
  }
  return nullptr;
}

void add(uint32_t page, item one) {
  bucket_head *bucket = look(page);
  while (bucket->count == in_bucket()) {
    if (bucket->next == 0) {
      const uint32_t fresh = pg_alloc();
      bucket->next = fresh;
    }
    bucket = look(bucket->next);
  }
  items_of(bucket)[bucket->count++] = one;
}

void split() {
  heading *h = head(true);
  const uint32_t buckets = h->buckets, most = (pg_size() - 16) / 4;
  if (small() || buckets == most) return;
  const uint32_t fresh = pg_alloc();
  h->pages[buckets] = fresh;
  h->buckets = buckets + 1;
  uint32_t top = 1;
  while (top < buckets + 1) top *= 2;
  uint32_t page = h->pages[buckets - top / 2];
  std::vector<item> all;
  for (uint32_t at = page; at != 0;) {
    bucket_head *bucket = look(at);
    all.insert(all.end(), items_of(bucket), items_of(bucket) + bucket->count);
    bucket->count = 0;
    at = bucket->next;
  }
  for (const item &one : all) add(bucket_of(one.key, buckets + 1) == buckets ? fresh : page, one);
}

// The copy for scans.
std::vector<item> copy;
std::vector<item> since;
bool has_copy;

bool below(const item &a, const item &b) { return a.key < b.key; }

void make_copy() {
  if (!has_copy) {
    copy.clear();
    heading *h = head();
    for (uint32_t i = 0; i < h->buckets; i++)
      for (uint32_t page = h->pages[i]; page != 0;) {
        bucket_head *bucket = look(page);
        copy.insert(copy.end(), items_of(bucket), items_of(bucket) + bucket->count);
        page = bucket->next;
      }
    std::sort(copy.begin(), copy.end(), below);
    has_copy = true;
    since.clear();
  }
  for (const item &one : since) {
    auto at = std::lower_bound(copy.begin(), copy.end(), one, below);
    if (at != copy.end() && at->key == one.key) at->value = one.value;
    else copy.insert(at, one);
  }
  since.clear();
}

} // namespace

void bt_open(int fresh) {
  if (!fresh) return;
  const uint32_t first = pg_alloc();
  heading *h = head(true);
  h->buckets = 1;
  h->pages[0] = first;
}

void bt_put(uint64_t key, uint64_t value) {
  if (has_copy) since.push_back({key, value});
  if (since.size() > 64) has_copy = false, since.clear();
  heading *h = head(true);
  const uint32_t page = h->pages[bucket_of(key, h->buckets)];
  item *found = find(page, key);
  if (found != nullptr) {
    found->value = value;
    return;
  }
  add(page, {key, value});
  h->stored++;
  if (h->stored * 8 > h->buckets * uint64_t{in_bucket()} * 5) split();
}

int bt_get(uint64_t key, uint64_t *value) {
  const heading *h = head();
  const item *found = find(h->pages[bucket_of(key, h->buckets)], key);
  if (found == nullptr) return 0;
  *value = found->value;
  return 1;
}

uint32_t bt_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) {
  make_copy();
  uint32_t found = 0;
  for (auto at = std::lower_bound(copy.begin(), copy.end(), item{from, 0}, below); at != copy.end() && found < limit; ++at) {
    keys[found] = at->key;
    values[found++] = at->value;
  }
  return found;
}
