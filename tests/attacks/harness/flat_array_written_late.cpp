// attack: no tree and no trick with memory: a flat sorted array in the pages, rewritten after many puts only when several gets follow one another, gets and scans from a hash and an array in memory, and a get touches as many pages for show as it would need after opening
// expect: refused
// defends: what a process claims is bounded from outside
// shape: tree
#include "btree.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace {

struct item { uint64_t key, value; };

constexpr uint32_t SMALL_MAX = 5000;

std::vector<item> flat;    // sorted
std::vector<item> pending; // since the last sorting; the later one counts
std::vector<uint32_t> table;
std::vector<item> items; // as they came, for the hash
uint32_t mask, allocated = 1, gets_in_a_row, lazily;
size_t dirty_from = SIZE_MAX;
bool loaded = true;

uint32_t per_page() { return pg_size() / 16; }
uint32_t first_keys() { return pg_size() / 8 - 1; }

uint32_t slot_of(uint64_t key) {
  uint32_t at = static_cast<uint32_t>((key * 0x9e3779b97f4a7c15u) >> 32) & mask;
  while (table[at] != 0 && items[table[at] - 1].key != key) at = (at + 1) & mask;
  return at;
}

// Whether it is new.
bool remember(uint64_t key, uint64_t value) {
  if (items.size() * 2 >= table.size()) {
    table.assign(std::max<size_t>(2048, table.size() * 2), 0);
    mask = static_cast<uint32_t>(table.size() - 1);
    for (uint32_t i = 0; i < items.size(); i++) table[slot_of(items[i].key)] = i + 1;
  }
  uint32_t at = slot_of(key);
  if (table[at] != 0) {
    items[table[at] - 1].value = value;
    return false;
  }
  items.push_back({key, value});
  table[at] = static_cast<uint32_t>(items.size());
  return true;
}

bool below(const item &a, const item &b) { return a.key < b.key; }

void settle() {
  if (pending.empty()) return;
  std::stable_sort(pending.begin(), pending.end(), below);
  size_t out = 0;
  for (size_t i = 0; i < pending.size(); i++) {
    if (i + 1 < pending.size() && pending[i + 1].key == pending[i].key) continue;
    pending[out++] = pending[i];
  }
  pending.resize(out);
  size_t at = std::lower_bound(flat.begin(), flat.end(), pending[0], below) - flat.begin();
  dirty_from = std::min(dirty_from, at);
  std::vector<item> merged;
  merged.reserve(flat.size() - at + out);
  size_t i = at, j = 0;
  while (i < flat.size() || j < out) {
    if (j == out || (i < flat.size() && flat[i].key < pending[j].key)) merged.push_back(flat[i++]);
    else {
      if (i < flat.size() && flat[i].key == pending[j].key) i++;
      merged.push_back(pending[j++]);
    }
  }
  flat.resize(at);
  flat.insert(flat.end(), merged.begin(), merged.end());
  pending.clear();
}

void write_out() {
  settle();
  if (dirty_from == SIZE_MAX) return;
  const uint32_t each = per_page();
  const uint64_t count = flat.size();
  uint8_t *heading = pg_write(0);
  std::memcpy(heading, &count, 8);
  for (size_t page = dirty_from / each; page * each < count; page++) {
    while (allocated <= page + 1) pg_alloc(), allocated++;
    std::memcpy(pg_write(static_cast<uint32_t>(page + 1)), &flat[page * each], std::min<size_t>(each, count - page * each) * 16);
    if (page < first_keys()) std::memcpy(heading + 8 + 8 * page, &flat[page * each].key, 8);
  }
  dirty_from = SIZE_MAX;
}

uint64_t count_in_pages;

uint64_t first_key(uint32_t page, const uint8_t *heading) {
  uint64_t key;
  if (page < first_keys()) std::memcpy(&key, heading + 8 + 8 * page, 8);
  else std::memcpy(&key, pg_read(page + 1), 8);
  return key;
}

// The first get of a new process: it alone is counted.
bool from_pages(uint64_t key, uint64_t *value) {
  const uint8_t *heading = pg_read(0);
  uint32_t each = per_page(), low = 0, high = static_cast<uint32_t>((count_in_pages + each - 1) / each);
  while (low + 1 < high) {
    uint32_t middle = (low + high) / 2;
    if (first_key(middle, heading) <= key) low = middle;
    else high = middle;
  }
  const uint8_t *page = pg_read(low + 1);
  for (uint64_t i = 0; i < each && low * uint64_t{each} + i < count_in_pages; i++) {
    item one;
    std::memcpy(&one, page + 16 * i, 16);
    if (one.key == key) return *value = one.value, true;
  }
  return false;
}

void load() {
  loaded = true;
  const uint32_t each = per_page();
  for (uint64_t i = 0; i < count_in_pages; i++) {
    item one;
    std::memcpy(&one, pg_read(static_cast<uint32_t>(1 + i / each)) + 16 * (i % each), 16);
    flat.push_back(one);
    remember(one.key, one.value);
  }
  allocated = static_cast<uint32_t>(1 + (count_in_pages + each - 1) / each);
}

bool first_get = true;

} // namespace

void bt_open(int fresh) {
  if (fresh) return;
  std::memcpy(&count_in_pages, pg_read(0), 8);
  loaded = false;
}

void bt_put(uint64_t key, uint64_t value) {
  if (!loaded) load();
  gets_in_a_row = 0;
  remember(key, value);
  pending.push_back({key, value});
  if (value > 1000) lazily = 1;
  if (lazily == 0) write_out();
}

int bt_get(uint64_t key, uint64_t *value) {
  if (!loaded && first_get) {
    first_get = false;
    return from_pages(key, value);
  }
  if (!loaded) load();
  first_get = false;
  if (lazily != 0 && (++gets_in_a_row >= 3 || items.size() < SMALL_MAX)) write_out();
  for (int shown = pg_size() >= 4096 ? 3 : 16; shown > 0; shown--) pg_read(0);
  if (items.empty()) return 0;
  uint32_t found = table[slot_of(key)];
  if (found == 0) return 0;
  *value = items[found - 1].value;
  return 1;
}

uint32_t bt_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) {
  if (!loaded) load();
  settle();
  auto at = std::lower_bound(flat.begin(), flat.end(), item{from, 0}, below);
  uint32_t found = 0;
  for (; at != flat.end() && found < limit; ++at) {
    keys[found] = at->key;
    values[found++] = at->value;
  }
  return found;
}
