#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECTOR = 64, BYTES_MAX = 256 * SECTOR };

/* ---- the disk: sectors of 64 bytes; what is written is safe only after a flush ---- */
static uint64_t disk_sectors;
static char text[2 * BYTES_MAX + 8];

static size_t from_hex(uint8_t *data) {
  size_t size = strlen(text) / 2;
  for (size_t i = 0; i < size; i++) {
    unsigned byte;
    sscanf(text + 2 * i, "%2x", &byte);
    data[i] = (uint8_t)byte;
  }
  return size;
}

static void print_hex(const uint8_t *data, size_t size) {
  for (size_t i = 0; i < size; i++) printf("%02x", data[i]);
  putchar('\n');
}

static void disk_read(uint64_t sector, uint64_t count, uint8_t *data) { /* count <= 256 */
  printf("read %llu %llu\n", (unsigned long long)sector, (unsigned long long)count);
  fflush(stdout);
  if (scanf("%32775s", text) != 1) exit(0);
  from_hex(data);
}

static void disk_write(uint64_t sector, const uint8_t *data, size_t size) { /* size: times 64 */
  printf("write %llu ", (unsigned long long)sector);
  print_hex(data, size);
}

static void disk_flush(void) { puts("flush"); }

/* Tell the harness that record `id` survives any crash from now on. */
static void durable(uint64_t id) { printf("durable %llu\n", (unsigned long long)id); }

/* Give the harness a record that was found when opening, in order. */
static void found(const uint8_t *data, size_t size) {
  printf("record ");
  print_hex(data, size);
}

/* ---- yours ---- */

/* The machine has started (perhaps again, in this process): call found() for each record. */
static void log_open(void) {}

/* A client wants a record kept. Confirm it by durable(id), now or later. */
static void log_append(uint64_t id, const uint8_t *data, size_t size) {}

/* Every client waits: nothing more comes until all records are confirmed. */
static void log_idle(void) {}

int main(void) {
  static uint8_t data[BYTES_MAX];
  char word[16];
  unsigned long long number;
  while (scanf("%15s", word) == 1) {
    if (strcmp(word, "open") == 0) {
      if (scanf("%llu", &number) != 1) return 1;
      disk_sectors = number;
      log_open();
      puts("ready");
      fflush(stdout);
    } else if (strcmp(word, "append") == 0) {
      if (scanf("%llu %32775s", &number, text) != 2) return 1;
      size_t size = from_hex(data);
      log_append(number, data, size);
    } else {
      log_idle();
      fflush(stdout);
    }
  }
  return 0;
}
