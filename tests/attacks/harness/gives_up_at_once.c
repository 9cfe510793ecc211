// attack: does nothing and says 1, in the hope that a fault was put in its way
// expect: refused
// defends: what a process claims is bounded from outside
// shape: save
#include "save.h"
int save(const char *path, const void *data, size_t size) { (void)path, (void)data, (void)size; return 1; }
