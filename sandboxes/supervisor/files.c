/* Files in and out of the container, as bytes, under the owner's file-system identity. */
#include "supervisor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES_MAX = 512, WIPE_DEPTH_MAX = 16, WIPE_ROUNDS_MAX = 10000 };

struct put_head {
  uint32_t mode, uid, path_length, unused;
};
struct get_head {
  uint64_t bytes_max;
  uint32_t uid, path_length;
};

static void become(uid_t uid) {
  setfsgid(uid);
  setfsuid(uid);
}

static void read_path(char *path, uint32_t length) {
  if (length == 0 || length >= PATH_BYTES_MAX) die("a path of no or too great length\n");
  read_exactly(path, length);
  path[length] = '\0';
  if (path[0] != '/' || strstr(path, "..") != NULL) die("a path that is not absolute and plain\n");
}

static void make_parents(char *path) {
  for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(path, 0755);
    *slash = '/';
  }
}

static int write_all(int fd, const char *from, size_t length) {
  while (length > 0) {
    ssize_t put = write(fd, from, length);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return errno;
    from += put;
    length -= (size_t)put;
  }
  return 0;
}

void files_put(uint64_t length) {
  struct put_head head;
  char path[PATH_BYTES_MAX], chunk[64 * 1024];
  if (length < sizeof head) die("a PUT shorter than its head\n");
  read_exactly(&head, sizeof head);
  if (length - sizeof head < head.path_length) die("a PUT shorter than its path\n");
  read_path(path, head.path_length);
  uint64_t left = length - sizeof head - head.path_length;
  become(head.uid);
  make_parents(path);
  unlink(path);
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  int error_number = fd < 0 ? errno : 0;
  while (left > 0) { /* read on after a fault, so that the stream stays in step */
    size_t want = left < sizeof chunk ? (size_t)left : sizeof chunk;
    read_exactly(chunk, want);
    if (error_number == 0) error_number = write_all(fd, chunk, want);
    left -= want;
  }
  if (error_number == 0 && fchmod(fd, head.mode & 0777) != 0) error_number = errno;
  if (fd >= 0) close(fd);
  become(0);
  send_frame(K_DONE, (uint32_t)error_number, NULL, 0);
}

void files_get(uint64_t length) {
  struct get_head head;
  char path[PATH_BYTES_MAX], chunk[60 * 1024];
  struct stat status;
  if (length < sizeof head) die("a GET shorter than its head\n");
  read_exactly(&head, sizeof head);
  if (length - sizeof head != head.path_length) die("a GET of another length than its path\n");
  read_path(path, head.path_length);
  become(head.uid);
  /* Whoever owns the place may have put a link, a pipe or a device there. */
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  int error_number = fd < 0 ? errno : 0;
  become(0);
  if (error_number == 0 && fstat(fd, &status) != 0) error_number = errno;
  if (error_number == 0 && !S_ISREG(status.st_mode)) error_number = EINVAL;
  if (error_number == 0 && (uint64_t)status.st_size > head.bytes_max) error_number = EFBIG;
  uint64_t sent = 0;
  while (error_number == 0) {
    ssize_t got = read(fd, chunk, sizeof chunk);
    if (got < 0) error_number = errno;
    if (got <= 0) break;
    sent += (uint64_t)got;
    if (sent > head.bytes_max)
      error_number = EFBIG; /* it grew while we read */
    else
      send_frame(K_FILE, 0, chunk, (size_t)got);
  }
  if (fd >= 0) close(fd);
  send_frame(K_DONE, (uint32_t)error_number, NULL, 0);
}

static unsigned
    moved; /* folders that lay too deep for one round, named by this number at the top */

static bool move_to_top(int fd, const char *name, int top) {
  char place[32];
  snprintf(place, sizeof place, ".deep-%u", moved);
  bool done = renameat(fd, name, top, place) == 0;
  /* Somebody may have taken the name; what has it goes too, and the next round tries another. */
  if (done || errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) moved++;
  return done;
}

/* Remove all that lies in the directory `fd` (which this closes); how many entries resist. */
static unsigned empty_directory(int fd, int top, unsigned depth) {
  DIR *directory = fdopendir(fd);
  unsigned left = 0;
  if (directory == NULL) {
    close(fd);
    return 1;
  }
  struct dirent *entry;
  while ((entry = readdir(directory)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (unlinkat(fd, entry->d_name, 0) == 0) continue;
    /* Its owner may have shut it; where this fails, opening fails too and is counted. */
    if (fchmodat(fd, entry->d_name, 0700, 0) != 0 && errno == ENOENT) continue;
    if (depth == WIPE_DEPTH_MAX && move_to_top(fd, entry->d_name, top)) continue;
    int inner = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner >= 0 && depth < WIPE_DEPTH_MAX)
      left += empty_directory(inner, top, depth + 1);
    else if (inner >= 0)
      close(inner);
    if (unlinkat(fd, entry->d_name, AT_REMOVEDIR) != 0) left++;
  }
  closedir(directory);
  return left;
}

unsigned wipe_writable(const struct users *known) {
  static const char *const places[] = {"/box", "/tmp", "/dev/shm"};
  const uid_t owner = known->owner, users[] = {known->reference, owner};
  unsigned left = 0;
  for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
    for (size_t u = 0; u < sizeof users / sizeof *users; u++) {
      become(users[u]);
      /* An owner may have shut its own directory; elsewhere this fails, and should. */
      if (users[u] == owner && p == 0 && chmod(places[p], 0700) != 0) left++;
      unsigned before, resisting, rounds = 0;
      do { /* each round flattens what is left by WIPE_DEPTH_MAX levels */
        before = moved;
        int fd = open(places[p], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        resisting = fd < 0 ? 0 : empty_directory(fd, fd, 0);
      } while (moved != before && ++rounds < WIPE_ROUNDS_MAX);
      if (users[u] == owner) left += resisting; /* the last pass sees what all passes left */
    }
  }
  become(0);
  return left;
}
