/* The pager that you are given, and the B+tree that you write. */
#ifndef BTREE_H
#define BTREE_H
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/* ---- given: pages of pg_size() bytes, numbered from 0; page 0 always exists ---- */
uint32_t pg_size(void);
const uint8_t *pg_read(uint32_t page); /* look at a page; counted */
uint8_t *pg_write(uint32_t page);      /* look at and change a page; counted */
uint32_t pg_alloc(void);               /* the number of a new page, all zero */

/* ---- yours ---- */
void bt_open(int fresh);                     /* fresh: page 0 is all zero, nothing stored yet */
void bt_put(uint64_t key, uint64_t value);   /* store, or replace what the key had */
int bt_get(uint64_t key, uint64_t *value);   /* 1 and the value, or 0 */
/* The first `limit` entries with key >= from, ascending; how many. */
uint32_t bt_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values);

#ifdef __cplusplus
}
#endif
#endif
