// attack: soften the address sanitizer by its hooks, then read past the end
// expect: compile-error
// defends: a sanitizer's options are the judge's
// shape: tree
#include "btree.h"
#include <stdlib.h>

const char *__asan_default_options(void) { return "halt_on_error=0:exitcode=0:log_path=/dev/null"; }
void __asan_on_error(void) { _Exit(0); }

static volatile char kept;
void bt_open(int fresh) {
  char *short_one = malloc(8);
  kept = short_one[8 + fresh * 0];
}
void bt_put(uint64_t key, uint64_t value) { (void)key; (void)value; }
int bt_get(uint64_t key, uint64_t *value) { (void)key; (void)value; return 0; }
uint32_t bt_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) { (void)from; (void)limit; (void)keys; (void)values; return 0; }
