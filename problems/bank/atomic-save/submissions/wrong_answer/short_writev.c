/* Takes what one call wrote for all; the call has parts. */
#include "save.h"

#include <stdio.h>
#include <string.h>

enum { PATH_MAX_BYTES = 4096 };

#ifdef _WIN32
#include <windows.h>

enum { PATIENCE_MS = 2000, PAUSE_MS = 10 };

static int fill(HANDLE file, const char *data, size_t size) {
  DWORD done = 0;
  if (!WriteFile(file, data, (DWORD)size, &done, NULL)) return -1;
  return FlushFileBuffers(file) ? 0 : -1;
}

/* Somebody may have the file open without FILE_SHARE_DELETE; wait for them. */
static int put_in_place(const char *from, const char *to) {
  for (int waited = 0; waited <= PATIENCE_MS; waited += PAUSE_MS) {
    if (MoveFileExA(from, to, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) return 0;
    DWORD error = GetLastError();
    if (error != ERROR_ACCESS_DENIED && error != ERROR_SHARING_VIOLATION) return -1;
    Sleep(PAUSE_MS);
  }
  return -1;
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
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

static int fill(int file, const char *data, size_t size) {
  struct iovec parts[] = {{NULL, 0}, {(void *)data, size / 2}, {(void *)(data + size / 2), size - size / 2}};
  if (writev(file, parts, 3) < 0) return -1;
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
