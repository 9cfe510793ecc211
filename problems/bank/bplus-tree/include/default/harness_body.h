/* Drives a B+tree as the conductor asks (conducted.h). The same text serves C and C++.
 *
 *   z SIZE COUNT KEY      a pager of pages of this size, COUNT of them there (0: page 0 is made); the
 *                         key is a part of every block's secrets
 *   o FRESH               open
 *   p KEY VALUE           put;  g KEY  get
 *   q                     gets for the keys given, eight bytes each: found and value of each, 16 bytes
 *   s FROM LIMIT          scan: keys and values
 *   d FIRST               pages from the FIRST on, as many as fit; the count is how many there are
 *   r 1                   lent: no page is here any more, each is asked of the conductor when needed
 *   b                     what the last operation wrote while they were lent: numbers and pages
 *   r 0, then i FIRST     pages come back, from the FIRST on
 *   P G S SECRET COUNT SPACE   timed: puts, gets, scans of keys drawn by the secret; a digest
 *
 * A pointer to a page holds until the function returns: while pages are lent, each call gets copies
 * of its own, and what is where they were is junk. */
#include "btree.h"
#include "conducted.h"

enum { PAGES_MAX = 1 << 20, SCAN_MAX = 1000, TIMED_SCAN = 100, ENTRY_BYTES = 16, JUNK = 0xdb, COPIES_MAX = 1 << 16 };

typedef struct {
  uint32_t number;
  int written;
  uint8_t *bytes;
} copy;

typedef struct {
  uint8_t *pages[PAGES_MAX];
  uint32_t page_count, page_size, copy_count, told_count;
  int lent;
  uint64_t key;
  copy copies[COPIES_MAX];
} pager;

static pager *own;

static uint8_t *new_page(void) {
  /* Each its own block, so that a sanitizer sees a step over the edge. */
  uint8_t *page = (uint8_t *)calloc(1, own->page_size);
  if (page == NULL) cd_fail("no memory for a page");
  return page;
}

static copy *new_copy(uint32_t number, int written) {
  if (own->copy_count == COPIES_MAX) cd_fail("too many pages in one operation");
  copy *c = &own->copies[own->copy_count++];
  *c = (copy){number, written, new_page()};
  return c;
}

static copy *copy_of(uint32_t page, int written) {
  for (uint32_t i = own->copy_count; i > 0; i--)
    if (own->copies[i - 1].number == page) {
      own->copies[i - 1].written |= written;
      return &own->copies[i - 1];
    }
  copy *c = new_copy(page, written);
  cd_ask(page, c->bytes, own->page_size);
  return c;
}

static uint8_t *page_at(uint32_t page, int written) {
  if (own->lent) return copy_of(page, written)->bytes; /* another process may have made it */
  if (page >= own->page_count) cd_fail("a page that was never allocated");
  return own->pages[page];
}

uint32_t pg_size(void) { return own->page_size; }

uint32_t pg_alloc(void) {
  if (own->page_count == PAGES_MAX) cd_fail("pg_alloc: no pages left");
  if (own->lent) new_copy(own->page_count, 1);
  own->pages[own->page_count] = new_page();
  return own->page_count++;
}

uint8_t *pg_write(uint32_t page) { return page_at(page, 1); }
const uint8_t *pg_read(uint32_t page) { return page_at(page, 0); }

static void forget_copies(void) {
  for (uint32_t i = 0; i < own->copy_count; i++) {
    memset(own->copies[i].bytes, JUNK, own->page_size);
    free(own->copies[i].bytes);
  }
  own->copy_count = own->told_count = 0;
}

static void lend(int lent) {
  forget_copies();
  own->lent = lent;
  for (uint32_t i = 0; i < own->page_count; i++) memset(own->pages[i], JUNK, own->page_size);
}

/* As many of the written copies as fit; the count is what is left. */
static void tell_written(cd_call *call) {
  static unsigned char bytes[CD_PAYLOAD_BYTES_MAX];
  uint32_t length = 0;
  for (; own->told_count < own->copy_count && length + 8 + own->page_size <= sizeof bytes; own->told_count++) {
    const copy *c = &own->copies[own->told_count];
    uint64_t number = c->number;
    if (!c->written) continue;
    memcpy(bytes + length, &number, sizeof number);
    memcpy(bytes + length + sizeof number, c->bytes, own->page_size);
    length += (uint32_t)sizeof number + own->page_size;
  }
  call->told = bytes;
  call->told_length = length;
  call->count = own->copy_count - own->told_count;
  if (call->count == 0) forget_copies();
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
  uint32_t page = (uint32_t)call->a;
  for (uint32_t at = 0; at < call->given_length; at += own->page_size, page++) {
    if (page == own->page_count) pg_alloc();
    memcpy(own->pages[page], call->given + at, own->page_size);
  }
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
  cd_stream stream = {call->a, own->key};
  uint64_t digest = 0;
  for (uint64_t i = 0; i < call->b; i++) {
    uint64_t key = cd_random(&stream) % call->c;
    if (call->kind == 'P') {
      answer(put, key, cd_random(&stream));
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

static void make_pager(const cd_call *call) {
  own = (pager *)cd_hidden(sizeof *own);
  own->page_size = (uint32_t)call->a;
  own->key = call->c;
  do pg_alloc();
  while (own->page_count < call->b);
}

static void perform(cd_call *call) {
  exchange e;
  switch (call->kind) {
    case 'z': make_pager(call); break;
    case 'i': load(call); break;
    case 'r': lend((int)call->a); break;
    case 'b': tell_written(call); break;
    case 'o': answer(open_tree, call->a, 0); break;
    case 'p': answer(put, call->a, call->b); break;
    case 'g':
      e = answer(get, call->a, 0);
      call->result = e.found != 0;
      call->value = e.value;
      break;
    case 'q': get_many(call); break;
    case 's': scan_one(call); break;
    case 'd': tell_pages(call); break;
    case 'P': case 'G': case 'S': work(call); break;
    default: cd_fail("an operation that it does not know");
  }
}

int main(void) { return cd_run(perform); }
