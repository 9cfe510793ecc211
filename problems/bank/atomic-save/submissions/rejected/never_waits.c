/* Right on Linux. On Windows a reader who does not share deletion makes it fail. */
#include "save.h"

#include <stdio.h>
#include <string.h>

enum { PATH_MAX_BYTES = 4096 };

#ifdef _WIN32
#include <windows.h>

static int fill(HANDLE file, const char *data, size_t size) {
  while (size > 0) {
    DWORD done = 0, wanted = size > 1u << 20 ? 1u << 20 : (DWORD)size;
    if (!WriteFile(file, data, wanted, &done, NULL) || done == 0) return -1;
    data += done;
    size -= done;
  }
  return FlushFileBuffers(file) ? 0 : -1;
}

static int put_in_place(const char *from, const char *to) {
  return MoveFileExA(from, to, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) ? 0 : -1;
}

int save(const char *path, const void *data, size_t size) {
  char fresh[PATH_MAX_BYTES];
  if (snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh) return -1;
  HANDLE file = CreateFileA(fresh, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
  if (file == INVALID_HANDLE_VALUE) return -1;
  int failed = fill(file, (const char *)data, size);
  CloseHandle(file);
  if (failed == 0 && put_in_place(fresh, path) == 0) return 0;
  DeleteFileA(fresh);
  return -1;
}

#else
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int fill(int file, const char *data, size_t size) {
  while (size > 0) {
    ssize_t done = write(file, data, size);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return -1;
    data += done;
    size -= (size_t)done;
  }
  return fsync(file);
}

static int flush_directory_of(const char *path) {
  char directory[PATH_MAX_BYTES];
  const char *slash = strrchr(path, '/');
  snprintf(directory, sizeof directory, "%.*s", slash == NULL ? 1 : (int)(slash - path), slash == NULL ? "." : path);
  int handle = open(directory, O_RDONLY | O_DIRECTORY);
  if (handle < 0) return -1;
  int failed = fsync(handle);
  close(handle);
  return failed;
}

int save(const char *path, const void *data, size_t size) {
  char fresh[PATH_MAX_BYTES];
  if (snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh) return -1;
  int file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0) return -1;
  int failed = fill(file, (const char *)data, size);
  if (close(file) != 0 || failed != 0 || rename(fresh, path) != 0) {
    unlink(fresh);
    return -1;
  }
  return flush_directory_of(path);
}
#endif
