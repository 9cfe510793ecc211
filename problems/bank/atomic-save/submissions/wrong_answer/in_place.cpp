// Writes over the old content: a crash in between leaves a mixture of both.
#include "save.h"

#include <cstdio>

#ifdef _WIN32
#include <io.h>
#define fsync _commit
#define fileno _fileno
#else
#include <unistd.h>
#endif

int save(const char *path, const void *data, size_t size) {
  std::FILE *file = std::fopen(path, "wb");
  if (file == nullptr) return -1;
  bool good = std::fwrite(data, 1, size, file) == size && std::fflush(file) == 0 && fsync(fileno(file)) == 0;
  return std::fclose(file) == 0 && good ? 0 : -1;
}
