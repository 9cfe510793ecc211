#include "save.h"

#ifdef _WIN32
#include <windows.h>

int save(const char *path, const void *data, size_t size) {
  (void)path, (void)data, (void)size; /* CreateFile, WriteFile, … */
  return -1;
}

#else
#include <fcntl.h>
#include <unistd.h>

int save(const char *path, const void *data, size_t size) {
  (void)path, (void)data, (void)size; /* open, write, … */
  return -1;
}
#endif
