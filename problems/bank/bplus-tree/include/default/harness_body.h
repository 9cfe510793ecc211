/* Drives a B+tree as the conductor asks (conducted.h). The same text serves C and C++.
 *
 *   z SIZE               pages of this size, none but page 0;  i  the bytes of further pages, in order
 *   o FRESH              open; the count is the pages that it touched
 *   p KEY VALUE          put;  g KEY  get;  w KEY  get, after all pages have moved, with its touches
 *   q                    gets for the keys given, eight bytes each: found and value of each, 16 bytes
 *   s FROM LIMIT         scan: keys and values
 *   d FIRST              pages from the FIRST on, as many as fit; the count is how many there are
 *   P G S SECRET COUNT SPACE   timed: puts, gets, scans of keys drawn by the secret; a digest
 *
 * A pointer to a page holds until the function returns: pages move between operations, now and
 * then and before each block of timed work, and where they were there is something else. */
#include "btree.h"
#include "conducted.h"

enum { PAGES_MAX = 1 << 20, SCAN_MAX = 1000, TIMED_SCAN = 100, ENTRY_BYTES = 16, JUNK = 0xdb };

typedef struct {
  uint8_t *pages[PAGES_MAX], *spare[2 * PAGES_MAX];
  uint32_t page_count, spare_count, page_size;
  uint64_t touches, random;
} pager;

static pager *own;

static uint8_t *new_page(void) {
  /* Each its own block, so that a sanitizer sees a step over the edge. */
  uint8_t *page = (uint8_t *)calloc(1, own->page_size);
  if (page == NULL) cd_fail("no memory for a page");
  return page;
}

uint32_t pg_size(void) { return own->page_size; }

uint32_t pg_alloc(void) {
  if (own->page_count == PAGES_MAX) cd_fail("pg_alloc: no pages left");
  own->pages[own->page_count] = new_page();
  return own->page_count++;
}

uint8_t *pg_write(uint32_t page) {
  if (page >= own->page_count) cd_fail("a page that was never allocated");
  own->touches++;
  return own->pages[page];
}

const uint8_t *pg_read(uint32_t page) { return pg_write(page); }

static void move_pages(void) {
#ifndef CD_SANITIZED
  while (own->spare_count < own->page_count) own->spare[own->spare_count++] = new_page();
#endif
  for (uint32_t i = 0; i < own->page_count; i++) {
    uint8_t *before = own->pages[i];
#ifdef CD_SANITIZED
    own->pages[i] = new_page();
    memcpy(own->pages[i], before, own->page_size);
    free(before);
#else
    uint32_t j = (uint32_t)(cd_random(&own->random) % own->spare_count);
    own->pages[i] = own->spare[j];
    own->spare[j] = before;
    memcpy(own->pages[i], before, own->page_size);
    memset(before, JUNK, own->page_size);
#endif
  }
}

typedef struct {
  uint64_t key, value;
  int found;
  uint32_t limit;
  uint64_t *keys, *values;
} exchange;

static void open_tree(void *e) { bt_open((int)((exchange *)e)->key); }
static void put(void *e) { bt_put(((exchange *)e)->key, ((exchange *)e)->value); }
static void get(void *e) { ((exchange *)e)->found = bt_get(((exchange *)e)->key, &((exchange *)e)->value); }
static void scan(void *e) { ((exchange *)e)->limit = bt_scan(((exchange *)e)->key, ((exchange *)e)->limit, ((exchange *)e)->keys, ((exchange *)e)->values); }

static exchange answer(void (*function)(void *), uint64_t key, uint64_t value) {
  exchange e = {key, value, 0, 0, NULL, NULL};
  cd_answer(function, &e, sizeof e);
  return e;
}

/* The entries are the answer's to write; nothing else lies beside them. */
static exchange scan_from(uint64_t from, uint32_t limit) {
  static uint64_t *entries;
  if (entries == NULL) entries = (uint64_t *)cd_hidden(2 * SCAN_MAX * sizeof(uint64_t));
  exchange e = {from, 0, 0, limit, entries, entries + SCAN_MAX};
  cd_answer(scan, &e, sizeof e);
  if (e.limit > limit) cd_fail("bt_scan returned more than its limit");
  return e;
}

static void load(const cd_call *call) {
  for (uint32_t at = 0; at < call->given_length; at += own->page_size)
    memcpy(own->pages[pg_alloc()], call->given + at, own->page_size);
}

static void tell_pages(cd_call *call) {
  static unsigned char bytes[CD_PAYLOAD_BYTES_MAX];
  uint32_t length = 0;
  for (uint64_t i = call->a; i < own->page_count && length + own->page_size <= sizeof bytes; i++, length += own->page_size)
    memcpy(bytes + length, own->pages[i], own->page_size);
  call->told = bytes;
  call->told_length = length;
  call->count = own->page_count;
}

static void tell_entry(unsigned char *at, uint64_t first, uint64_t second) {
  memcpy(at, &first, sizeof first);
  memcpy(at + sizeof first, &second, sizeof second);
}

static unsigned char entries_told[CD_PAYLOAD_BYTES_MAX];

static void get_one(cd_call *call) {
  uint64_t before = own->touches;
  exchange e = answer(get, call->a, 0);
  call->result = e.found != 0;
  call->value = e.value;
  call->count = own->touches - before;
}

static void get_many(cd_call *call) {
  for (uint32_t at = 0; at < call->given_length; at += sizeof(uint64_t)) {
    uint64_t key;
    memcpy(&key, call->given + at, sizeof key);
    exchange e = answer(get, key, 0);
    tell_entry(entries_told + 2 * (size_t)at, e.found != 0, e.value);
  }
  call->told = entries_told;
  call->told_length = 2 * call->given_length;
}

static void scan_one(cd_call *call) {
  exchange e = scan_from(call->a, (uint32_t)call->b);
  for (uint32_t i = 0; i < e.limit; i++) tell_entry(entries_told + ENTRY_BYTES * i, e.keys[i], e.values[i]);
  call->told = entries_told;
  call->told_length = ENTRY_BYTES * e.limit;
}

static void work(cd_call *call) {
  uint64_t state = call->a, digest = 0;
  move_pages();
  for (uint64_t i = 0; i < call->b; i++) {
    uint64_t key = cd_random(&state) % call->c;
    if (call->kind == 'P') {
      answer(put, key, cd_random(&state));
    } else if (call->kind == 'G') {
      exchange e = answer(get, key, 0);
      digest = cd_mix(digest, e.found ? e.value : ~key);
    } else {
      exchange e = scan_from(key, TIMED_SCAN);
      for (uint32_t j = 0; j < e.limit; j++) digest = cd_mix(cd_mix(digest, e.keys[j]), e.values[j]);
    }
  }
  call->result = digest;
}

static void perform(cd_call *call) {
  uint64_t before;
  switch (call->kind) {
    case 'z':
      own = (pager *)cd_hidden(sizeof *own);
      own->page_size = (uint32_t)call->a;
      own->random = call->b;
      if (call->c == 0) pg_alloc();
      break;
    case 'i': load(call); break;
    case 'o':
      before = own->touches;
      answer(open_tree, call->a, 0);
      call->count = own->touches - before;
      break;
    case 'p': answer(put, call->a, call->b); break;
    case 'w': move_pages(); get_one(call); break;
    case 'g': get_one(call); break;
    case 'q': get_many(call); break;
    case 's': scan_one(call); break;
    case 'd': tell_pages(call); break;
    case 'P': case 'G': case 'S': work(call); break;
    default: cd_fail("an operation that it does not know");
  }
}

int main(void) { return cd_run(perform); }
