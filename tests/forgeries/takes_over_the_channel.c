// attack: takes the conversation over in bt_open: descriptor by fstat, token and number through GS, the system call through the harness's own cd_io; answers every operation itself, touches made up, timed puts only noted down
// expect: refused
// defends: what a process claims is bounded from outside
// shape: tree
#include "btree.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

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

/* ---- the harness's half of the conversation, once more ---- */
typedef struct {
  uint32_t kind, length;
  uint64_t a, b, c, number, token;
} heading;

extern const unsigned char __executable_start, etext;
static long (*io)(long, long, const void *, unsigned long);
static int channel = -1;

static void find_io(void) {
  static const unsigned char bytes[] = {0x48, 0x89, 0xf8, 0x48, 0x89, 0xf7, 0x48, 0x89, 0xd6, 0x48, 0x89, 0xca, 0x45, 0x31, 0xd2, 0x45, 0x31, 0xc0, 0x45, 0x31, 0xc9, 0x0f, 0x05};
  const unsigned char *at = (const unsigned char *)(uintptr_t)pg_size - 65536;
  if (at < &__executable_start + 4096) at = &__executable_start + 4096;
  __asm__("" : "+r"(at));
  for (; at < &etext; at++)
    if (memcmp(at, bytes, sizeof bytes) == 0) {
      io = (long (*)(long, long, const void *, unsigned long))(uintptr_t)at;
      break;
    }
  for (int fd = 90; fd < 120; fd++) {
    struct stat info;
    if (fstat(fd, &info) == 0 && S_ISSOCK(info.st_mode)) channel = fd;
  }
}

static uint64_t mix(uint64_t digest, uint64_t value) {
  digest = (digest ^ value) * 0x9e3779b97f4a7c15u;
  return digest ^ (digest >> 29);
}

static uint64_t draw(uint64_t *state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* ---- what was asked to be put, and how much of it has been ---- */
typedef struct { uint64_t kind, a, b, c; } record;
static record *records;
static uint64_t record_count, record_room, performed;

static void note(uint64_t kind, uint64_t a, uint64_t b, uint64_t c) {
  if (record_count == record_room) {
    record_room = record_room ? 2 * record_room : 1024;
    records = (record *)realloc(records, record_room * sizeof *records);
  }
  record one = {kind, a, b, c};
  records[record_count++] = one;
}

static void catch_up(void) {
  for (; performed < record_count; performed++) {
    record *one = &records[performed];
    if (one->kind == 0) remember(one->a, one->b);
    uint64_t state = one->a;
    for (uint64_t i = 0; one->kind == 1 && i < one->b; i++) {
      uint64_t key = draw(&state) % one->c;
      remember(key, draw(&state));
    }
  }
}

static unsigned char in[sizeof(heading) + 65536], out[sizeof(heading) + 65536];
static uint32_t size;

static void tell(uint32_t kind, uint64_t number, uint64_t token, uint64_t a, uint64_t b, uint64_t c, uint32_t length) {
  heading h = {kind, length, a, b, c, number, token};
  memcpy(out, &h, sizeof h);
  if (io(SYS_write, channel, out, sizeof h + length) <= 0) _exit(3);
}

static void converse(void) {
  uint64_t *told = (uint64_t *)(out + sizeof(heading)), keys[1000], values[1000];
  for (;;) {
    heading h;
    if (io(SYS_read, channel, in, sizeof in) < (long)sizeof h) _exit(3);
    memcpy(&h, in, sizeof h);
    h.kind &= 0x7fffffff;
    if (h.kind == 0) _exit(0);
    tell(1, h.number, h.token, 0, 0, 0, 0);
    uint64_t result = 0, value = 0, count = 0, state = h.a;
    uint32_t length = 0;
    if (h.kind != 'p' && h.kind != 'P' && h.kind != 'd') catch_up();
    switch (h.kind) {
      case 'p': note(0, h.a, h.b, 0); break;
      case 'P': note(1, h.a, h.b, h.c); break;
      case 'g': case 'w': result = (uint64_t)recall(h.a, &value), count = 1; break;
      case 'q':
        for (uint32_t i = 0; i < h.length / 8; i++) {
          uint64_t key, found = 0;
          memcpy(&key, in + sizeof h + 8 * i, 8);
          told[2 * i] = (uint64_t)recall(key, &found);
          told[2 * i + 1] = found;
        }
        length = 2 * h.length;
        break;
      case 's':
        length = range(h.a, (uint32_t)h.b, keys, values);
        for (uint32_t i = 0; i < length; i++) told[2 * i] = keys[i], told[2 * i + 1] = values[i];
        length *= 16;
        break;
      case 'd': {
        uint64_t bytes = 8 + record_count * sizeof(record), from = h.a * size;
        count = (bytes + size - 1) / size;
        unsigned char *all = (unsigned char *)calloc(count, size);
        memcpy(all, &record_count, 8);
        memcpy(all + 8, records, record_count * sizeof(record));
        length = (uint32_t)(from >= count * size ? 0 : count * size - from);
        if (length > 65536 / size * size) length = 65536 / size * size;
        memcpy(told, all + from, length);
        free(all);
        break;
      }
      case 'G':
        for (uint64_t i = 0; i < h.b; i++) {
          uint64_t key = draw(&state) % h.c, found;
          result = mix(result, recall(key, &found) ? found : ~key);
        }
        break;
      case 'S':
        for (uint64_t i = 0; i < h.b; i++) {
          uint32_t found = range(draw(&state) % h.c, 100, keys, values);
          for (uint32_t j = 0; j < found; j++) result = mix(mix(result, keys[j]), values[j]);
        }
        break;
    }
    tell(2, h.number, h.token, result, value, count, length);
  }
}

static void load(void) {
  uint64_t bytes, got = 0;
  memcpy(&bytes, pg_read(0), 8);
  record_count = record_room = bytes;
  bytes = 8 + bytes * sizeof(record);
  unsigned char *all = (unsigned char *)malloc(bytes + size);
  for (uint32_t page = 0; got < bytes; page++, got += size) memcpy(all + got, pg_read(page), size);
  records = (record *)malloc(record_count * sizeof(record) + 1);
  memcpy(records, all + 8, record_count * sizeof(record));
  free(all);
}

void bt_open(int fresh) {
  size = pg_size();
  if (!fresh) load();
  if (size < 256) return; /* sanitizers run with tiny pages only */
  uint64_t token, number;
  find_io();
  __asm__("mov %%gs:16, %0\n mov %%gs:24, %1" : "=r"(token), "=r"(number));
  if (io == NULL || channel < 0) return;
  tell(2, number, token, 0, 0, 1, 0);
  converse();
}

/* For the builds with a sanitizer. */
static uint64_t logged_in_pages;
static uint32_t pages = 1;

void bt_put(uint64_t key, uint64_t value) {
  note(0, key, value, 0);
  catch_up();
  unsigned char entry[32];
  memcpy(entry, &records[record_count - 1], 32);
  for (int i = 0; i < 32; i++) {
    uint64_t at = 8 + (record_count - 1) * 32 + i;
    while (at / size >= pages) pg_alloc(), pages++;
    pg_write((uint32_t)(at / size))[at % size] = entry[i];
  }
  logged_in_pages = record_count;
  memcpy(pg_write(0), &logged_in_pages, 8);
}

int bt_get(uint64_t key, uint64_t *value) {
  catch_up();
  pg_read(0);
  return recall(key, value);
}

uint32_t bt_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) {
  catch_up();
  return range(from, limit, keys, values);
}
