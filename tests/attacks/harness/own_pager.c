// attack: bring a pager that counts nothing
// expect: compile-error
// defends: the harness's log is judged by another program
// shape: tree
#include "btree.h"
uint8_t *pg_write(uint32_t page) { static uint8_t all[64][4096]; return all[page & 63]; }

void bt_open(int fresh) { (void)fresh; }
void bt_put(uint64_t key, uint64_t value) { (void)key; (void)value; }
int bt_get(uint64_t key, uint64_t *value) { (void)key; (void)value; return 0; }
uint32_t bt_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) { (void)from; (void)limit; (void)keys; (void)values; return 0; }
