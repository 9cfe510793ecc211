/* Calls save() and logs what it asks of the system (conducted.h). The same text serves C and C++.
 *
 *   S OLD NEW SEED, FAULT given   sizes in bytes; FAULT is none, short, full, flush or reader
 *   l FIRST                       the log from that byte on, as much as fits; the count is its length
 *
 * Logged, one a line; a file is known by its number, a name by its last part:
 *   start FILE OLD NEW SYSTEM    what is there before; linux or windows
 *   open NAME FILE CREATED       (-: not by name)
 *   truncate FILE SIZE
 *   write FILE OFFSET LENGTH SAME DURABLE    SAME: these are the bytes that belong there
 *   mapped FILE                  written through memory, which is not followed
 *   flush FILE | flushdir | flushall
 *   rename OLD NEW FILE DURABLE | link NAME FILE | unlink NAME
 *   failed WHAT                  a fault that we put in its way
 *   return CODE | final old/new/other | reader old/other | left NAME
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#ifdef __linux__
/* Who watches is another process than who saves, before any of the answer's code has run. */
static void part_from_the_answer(void);
#define CD_BEFORE_CONSTRUCTORS part_from_the_answer
#endif
#include "conducted.h"
#include "save.h"

#include <inttypes.h>
#include <stdarg.h>

enum { SIZE_MAX_BYTES = 1 << 20, NAME_BYTES = 256 };
#define TEN_LETTERS "abcdefghij"
#define FIFTY_LETTERS TEN_LETTERS TEN_LETTERS TEN_LETTERS TEN_LETTERS TEN_LETTERS
#define LONG_NAME FIFTY_LETTERS FIFTY_LETTERS FIFTY_LETTERS FIFTY_LETTERS

typedef struct {
  size_t old_size, new_size;
  uint64_t seed;
  char fault[16];
} scenario;

static scenario now;
static unsigned char old_bytes[SIZE_MAX_BYTES], new_bytes[SIZE_MAX_BYTES], seen[SIZE_MAX_BYTES + 1];
static uint64_t written_bytes;

static struct {
  char *text;
  size_t length, room;
} logged;

/* One more line of the log, or a part of one. */
__attribute__((format(printf, 1, 2))) static void note(const char *format, ...) {
  enum { LINE_BYTES_MAX = 1024, LOG_BYTES_MAX = 1 << 20 };
  va_list arguments;
  if (logged.length > LOG_BYTES_MAX) cd_fail("more calls than a save needs");
  if (logged.room - logged.length < LINE_BYTES_MAX) {
    logged.room = 2 * logged.room + 4 * LINE_BYTES_MAX;
    logged.text = (char *)realloc(logged.text, logged.room);
    if (logged.text == NULL) cd_fail("no memory for its log");
  }
  va_start(arguments, format);
  int length = vsnprintf(logged.text + logged.length, LINE_BYTES_MAX, format, arguments);
  va_end(arguments);
  if (length > 0) logged.length += (size_t)(length < LINE_BYTES_MAX ? length : LINE_BYTES_MAX - 1);
}

static int fault_is(const char *name) { return strcmp(now.fault, name) == 0; }

/* What the file is called, and how that is told to the answer, differs from test to test. */
static const char *const file_names[] = {"current", "notes.txt", "x", ".profile", "report (final).md", LONG_NAME};
static const char *file_name = "current";
static char path_told[NAME_BYTES + 8];

static void choose_name(uint64_t seed) {
  file_name = seed == 1 ? "current" : file_names[seed % (sizeof file_names / sizeof *file_names)];
  int bare = seed % 4 == 0; /* no directory: then it is the one that the answer works in */
  snprintf(path_told, sizeof path_told, "%s%s", bare ? "" : "data/", file_name);
}
static const char *own_path(void) {
  static char path[NAME_BYTES + 8];
  snprintf(path, sizeof path, "data/%s", file_name);
  return path;
}
static int is_bare(void) { return strchr(path_told, '/') == NULL; }

/* A name as one word of the log; the file's own is always "current" there. */
static const char *as_word(const char *name) {
  static char copy[NAME_BYTES];
  if (strcmp(name, file_name) == 0) return "current";
  snprintf(copy, sizeof copy, "%s%s", name, strcmp(name, "current") == 0 ? "?" : "");
  for (char *c = copy; *c != '\0'; c++)
    if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f) *c = '?';
  return copy;
}

static int bytes_are_new(const unsigned char *bytes, uint64_t offset, uint64_t length) {
  return offset + length <= now.new_size && memcmp(bytes, new_bytes + offset, (size_t)length) == 0;
}

static const char *which_content(FILE *file) {
  if (file == NULL) return "other";
  size_t size = fread(seen, 1, sizeof seen, file);
  if (size == now.new_size && memcmp(seen, new_bytes, size) == 0) return "new";
  if (size == now.old_size && memcmp(seen, old_bytes, size) == 0) return "old";
  return "other";
}

#ifdef _WIN32
#include "watch_windows.h"
#else
#include "watch_linux.h"
#endif

static void fill(unsigned char *bytes, size_t size, uint64_t state) {
  for (size_t i = 0; i < size; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    bytes[i] = (unsigned char)(state >> 56);
  }
}

static void save_once(const cd_call *call) {
  now.old_size = (size_t)call->a;
  now.new_size = (size_t)call->b;
  now.seed = call->c;
  if (call->given_length >= sizeof now.fault || now.old_size > SIZE_MAX_BYTES || now.new_size > SIZE_MAX_BYTES)
    cd_fail("a save that it can't do");
  memcpy(now.fault, call->given, call->given_length);
  fill(old_bytes, now.old_size, now.seed);
  fill(new_bytes, now.new_size, ~now.seed);
  choose_name(now.seed);
  FILE *file = make_directory("data") == 0 ? fopen(own_path(), "wb") : NULL;
  if (file == NULL || fwrite(old_bytes, 1, now.old_size, file) != now.old_size || fclose(file) != 0)
    cd_fail("no file to begin with");
  int status = watch();
  if (status != 0) _exit(status);
}

static void perform(cd_call *call) {
  if (call->kind == 'S') {
    save_once(call);
  } else if (call->kind == 'l' && call->a <= logged.length) {
    size_t left = logged.length - (size_t)call->a;
    call->told = logged.text + call->a;
    call->told_length = (uint32_t)(left < CD_PAYLOAD_BYTES_MAX ? left : CD_PAYLOAD_BYTES_MAX);
    call->count = logged.length;
  } else {
    cd_fail("an operation that it does not know");
  }
}

#ifdef __linux__
static void part_from_the_answer(void) {
  start_answer();
  if (answer == 0) return; /* on to the constructors, and to main */
  _exit(cd_run(perform));
}

int main(void) {
  if (answer == 0) save_and_exit();
  return cd_run(perform);
}
#else
int main(void) { return cd_run(perform); }
#endif
