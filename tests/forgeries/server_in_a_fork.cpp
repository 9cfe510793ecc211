// attack: before main it forks a server in a session of its own that remembers every put, and the next process asks it over an abstract socket for all; the pages hold nothing
// expect: refused
// defends: what a process claims is bounded from outside
// shape: tree
#include "btree.h"

#include <cstddef>
#include <csignal>
#include <cstring>
#include <map>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

struct item { uint64_t key, value; };
struct notes { uint64_t count; item items[1 << 20]; };

notes *shared; // with the server
std::map<uint64_t, uint64_t> all;

sockaddr_un place() {
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  std::memcpy(at.sun_path + 1, "remembers", 9);
  return at;
}
constexpr socklen_t LENGTH = offsetof(sockaddr_un, sun_path) + 10;

void serve() {
  for (int number = 1; number < 32; number++) std::signal(number, SIG_IGN);
  setsid();
  if (fork() != 0) _exit(0);
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  const sockaddr_un at = place();
  if (bind(listener, reinterpret_cast<const sockaddr *>(&at), LENGTH) != 0) _exit(0);
  listen(listener, 4);
  for (int fd = 0; fd < 3; fd++) close(fd);
  for (;;) {
    const int client = accept(listener, nullptr, nullptr);
    const char *from = reinterpret_cast<const char *>(shared);
    size_t left = 8 + shared->count * sizeof(item);
    while (left > 0) {
      const ssize_t sent = write(client, from, left);
      if (sent <= 0) break;
      from += sent;
      left -= sent;
    }
    close(client);
  }
}

[[gnu::constructor]] void before_main() {
  shared = static_cast<notes *>(mmap(nullptr, sizeof(notes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  if (fork() == 0) serve();
}

bool read_all(int fd, void *into, size_t length) {
  char *at = static_cast<char *>(into);
  while (length > 0) {
    const ssize_t got = read(fd, at, length);
    if (got <= 0) return false;
    at += got;
    length -= got;
  }
  return true;
}

} // namespace

void bt_open(int fresh) {
  if (fresh) return;
  pg_read(0);
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  const sockaddr_un at = place();
  uint64_t count = 0;
  item one;
  if (connect(fd, reinterpret_cast<const sockaddr *>(&at), LENGTH) != 0 || !read_all(fd, &count, 8)) return;
  while (count-- > 0 && read_all(fd, &one, sizeof one)) all[one.key] = one.value;
}

void bt_put(uint64_t key, uint64_t value) {
  all[key] = value;
  shared->items[shared->count++] = {key, value};
}

int bt_get(uint64_t key, uint64_t *value) {
  pg_read(0);
  const auto found = all.find(key);
  if (found == all.end()) return 0;
  *value = found->second;
  return 1;
}

uint32_t bt_scan(uint64_t from, uint32_t limit, uint64_t *keys, uint64_t *values) {
  uint32_t found = 0;
  for (auto at = all.lower_bound(from); at != all.end() && found < limit; ++at) {
    keys[found] = at->first;
    values[found++] = at->second;
  }
  return found;
}
