// attack: keeps everything in memory and hands it to the next process past the pages, in connections on the loopback that wait in TIME_WAIT: their addresses and ports spell it, and /proc/net/tcp tells it; timed puts as the state of their generator
// expect: refused
// defends: what a process claims is bounded from outside
// shape: tree
#include "btree.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
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

/* ---- words of 42 bits in the kernel's hands ---- */
enum { PART = 21, PORTS_FROM = 2000, PARTS = 7 };
static const uint32_t LOW = (1u << PART) - 1;
static int listener = -1;
static uint32_t ports_used;
static uint16_t port;

typedef struct { uint32_t from, to, at; } line;
static line *lines;

/* How many connections to our port wait; they are in `lines`. */
static uint32_t past(void) {
  int fd = open("/proc/net/tcp", O_RDONLY);
  enum { ROOM = 1 << 16, LINE = 150 }; /* each line is padded to so much */
  char *text = (char *)malloc(ROOM), wanted[16];
  if (lines == NULL) lines = (line *)malloc(70000 * sizeof *lines);
  uint32_t count = 0;
  snprintf(wanted, sizeof wanted, ":%04X 06", port);
  for (long have = 0, got; (got = read(fd, text + have, ROOM - have)) > 0;) {
    have += got;
    long at = 0;
    for (; at + LINE <= have && count < 70000; at += LINE) {
      const char *one = strchr(text + at, ':') - 4; /* as if of four digits */
      if (memcmp(one + 28, wanted, 8) != 0) continue;
      line found = {ntohl((uint32_t)strtoul(one + 6, NULL, 16)) & 0xffffff, ntohl((uint32_t)strtoul(one + 20, NULL, 16)) & 0xffffff, (uint32_t)strtoul(one + 15, NULL, 16)};
      lines[count++] = found;
    }
    memmove(text, text + at, have - at);
    have -= at;
  }
  close(fd);
  free(text);
  return count;
}

static struct sockaddr_in place(uint32_t low, uint16_t at) {
  struct sockaddr_in a;
  memset(&a, 0, sizeof a);
  a.sin_family = AF_INET;
  a.sin_port = htons(at);
  a.sin_addr.s_addr = low == 0 ? 0 : htonl(127u << 24 | low);
  return a;
}

static int reusable(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  return fd;
}

static void listen_somewhere(void) {
  for (;;) {
    getrandom(&port, sizeof port, 0);
    port = (uint16_t)(30000 + port % 30000);
    struct sockaddr_in a = place(0, port);
    if (listener >= 0) close(listener);
    listener = reusable();
    if (bind(listener, (struct sockaddr *)&a, sizeof a) == 0 && listen(listener, 16) == 0) return;
  }
}

static void say(int of_many, uint64_t word) {
again:;
  struct sockaddr_in from = place((uint32_t)of_many << 23 | (uint32_t)(word & LOW) << 1 | 1, (uint16_t)(PORTS_FROM + ports_used++));
  struct sockaddr_in to = place((uint32_t)(word >> PART & LOW) << 1 | 1, port);
  int client = reusable();
  if (bind(client, (struct sockaddr *)&from, sizeof from) != 0 || connect(client, (struct sockaddr *)&to, sizeof to) != 0) {
    close(client);
    if (ports_used < 28000) goto again;
    return;
  }
  int server = accept(listener, NULL, NULL);
  close(client);
  close(server);
}

typedef struct { uint64_t runs, first, count, space; } record; /* or: 0, key, value */
static record last;
static int unsaid;
static uint64_t next_state;

static void say_last(void) {
  if (!unsaid) return;
  unsaid = 0;
  for (int part = 0; part < PARTS; part++) {
    uint64_t word = 0;
    for (int bit = 0; bit < 2 * PART && part * 2 * PART + bit < 256; bit++) {
      int at = part * 2 * PART + bit;
      word |= ((&last.runs)[at / 64] >> at % 64 & 1) << bit;
    }
    say(1, word);
  }
  last.runs = 0;
}

static void account(uint64_t key, uint64_t value) {
  uint64_t after = back(value), drawn = forth(after - STEP);
  if (unsaid && last.runs && after - 2 * STEP == next_state) {
    uint64_t space = last.space;
    if ((drawn - key) % space != 0) space = common(space, drawn - key);
    if (key < space) {
      last.space = space;
      last.count++;
      next_state = after;
      return;
    }
  }
  say_last();
  if (key <= LOW && value <= LOW) {
    say(0, key | value << PART);
    return;
  }
  next_state = after;
  record run = {1, after - 2 * STEP, 1, drawn - key}, one = {0, key, value, 0};
  last = drawn > key && drawn - key > key ? run : one;
  unsaid = 1;
}

static int by_port(const void *a, const void *b) { return (int)((const line *)a)->at - (int)((const line *)b)->at; }

static void replay(record one) {
  if (!one.runs) remember(one.first, one.count);
  uint64_t state = one.first;
  for (uint64_t j = 0; one.runs && j < one.count; j++, state += 2 * STEP) remember(forth(state + STEP) % one.space, forth(state + 2 * STEP));
}

static void listen_to_the_past(void) {
  uint32_t count = past();
  qsort(lines, count, sizeof *lines, by_port);
  record one;
  for (uint32_t i = 0; i < count; i++) {
    uint64_t word = (lines[i].from >> 1 & LOW) | (uint64_t)(lines[i].to >> 1 & LOW) << PART;
    if (lines[i].from >> 23 == 0) {
      remember(word & LOW, word >> PART);
      continue;
    }
    memset(&one, 0, sizeof one);
    for (int part = 0; part < PARTS && i < count; part++, i++) {
      word = (lines[i].from >> 1 & LOW) | (uint64_t)(lines[i].to >> 1 & LOW) << PART;
      for (int bit = 0; bit < 2 * PART && part * 2 * PART + bit < 256; bit++) {
        int at = part * 2 * PART + bit;
        (&one.runs)[at / 64] |= (word >> bit & 1) << at % 64;
      }
    }
    i--;
    replay(one);
  }
}

void bt_open(int fresh) {
  if (fresh) {
    listen_somewhere();
    memcpy(pg_write(0), &port, sizeof port);
    return;
  }
  memcpy(&port, pg_read(0), sizeof port);
  listen_to_the_past();
}

void bt_put(uint64_t key, uint64_t value) {
  remember(key, value);
  account(key, value);
}

int bt_get(uint64_t key, uint64_t *value) {
  say_last();
  pg_read(0);
  return recall(key, value);
}

uint32_t bt_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) {
  say_last();
  return range(from, limit, keys, values);
}
