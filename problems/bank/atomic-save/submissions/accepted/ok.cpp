// The reference in C++: owners for what must be closed or removed.
#include "save.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

namespace {
// Removes the new file again unless it was put in the old one's place.
struct leftover {
  std::filesystem::path path;
  bool wanted = false;
  ~leftover() {
    std::error_code ignored;
    if (!wanted) std::filesystem::remove(path, ignored);
  }
};
}  // namespace

#ifdef _WIN32
#include <windows.h>

namespace {
struct owned {
  HANDLE handle;
  ~owned() { if (handle != INVALID_HANDLE_VALUE) CloseHandle(handle); }
};

bool write_durably(const std::filesystem::path &path, const char *data, size_t size) {
  owned file{CreateFileW(path.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, 0, nullptr)};
  if (file.handle == INVALID_HANDLE_VALUE) return false;
  for (DWORD done; size > 0; data += done, size -= done)
    if (!WriteFile(file.handle, data, static_cast<DWORD>(size), &done, nullptr) || done == 0) return false;
  return FlushFileBuffers(file.handle);
}

bool put_in_place(const std::filesystem::path &from, const std::filesystem::path &to) {
  using namespace std::chrono_literals;
  const auto end = std::chrono::steady_clock::now() + 2s;
  while (!MoveFileExW(from.c_str(), to.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) {
    const DWORD error = GetLastError();
    const bool busy = error == ERROR_ACCESS_DENIED || error == ERROR_SHARING_VIOLATION;
    if (!busy || std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(10ms);
  }
  return true;
}

bool flush_name(const std::filesystem::path &) { return true; }  // MOVEFILE_WRITE_THROUGH did
}  // namespace
#else
#include <fcntl.h>
#include <unistd.h>

namespace {
struct owned {
  int handle;
  ~owned() { if (handle >= 0) close(handle); }
};

bool write_durably(const std::filesystem::path &path, const char *data, size_t size) {
  owned file{open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600)};
  if (file.handle < 0) return false;
  for (ssize_t done; size > 0; data += done, size -= static_cast<size_t>(done)) {
    done = write(file.handle, data, size);
    if (done <= 0) return false;
  }
  return fsync(file.handle) == 0;
}

bool put_in_place(const std::filesystem::path &from, const std::filesystem::path &to) {
  return rename(from.c_str(), to.c_str()) == 0;
}

bool flush_name(const std::filesystem::path &path) {
  owned directory{open(std::filesystem::absolute(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY)};
  return directory.handle >= 0 && fsync(directory.handle) == 0;
}
}  // namespace
#endif

int save(const char *path, const void *data, size_t size) {
  const std::filesystem::path target(path);
  leftover fresh{target.string() + ".new"};
  if (!write_durably(fresh.path, static_cast<const char *>(data), size)) return -1;
  if (!put_in_place(fresh.path, target)) return -1;
  fresh.wanted = true;
  return flush_name(target) ? 0 : -1;
}
