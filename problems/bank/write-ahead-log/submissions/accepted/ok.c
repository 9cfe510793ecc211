/* The reference: whole sectors for each record, chained checksums, one flush for all who wait. */
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

/* A record: checksum, length, then the bytes, padded to whole sectors. The checksum goes on from the
 * one of the record before, so what an earlier life left further on can't come back. */
static uint64_t next_sector, waiting[4096];
static uint32_t chain;
static size_t waiting_count;

static uint32_t crc32(uint32_t crc, const uint8_t *data, size_t size) {
  crc = ~crc;
  for (size_t i = 0; i < size; i++) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320u & -(crc & 1));
  }
  return ~crc;
}

static uint32_t check(uint32_t length, const uint8_t *data) {
  return crc32(crc32(chain, (const uint8_t *)&length, 4), data, length);
}

static void log_open(void) {
  static uint8_t data[BYTES_MAX];
  next_sector = 0;
  chain = 1;
  waiting_count = 0;
  while (next_sector < disk_sectors) {
    uint32_t crc, length;
    disk_read(next_sector, 1, data);
    memcpy(&crc, data, 4);
    memcpy(&length, data + 4, 4);
    uint64_t sectors = (8 + (uint64_t)length + SECTOR - 1) / SECTOR;
    if (length == 0 || sectors > 256 || next_sector + sectors > disk_sectors) break;
    if (sectors > 1) disk_read(next_sector, sectors, data);
    if (check(length, data + 8) != crc) break;
    chain = crc;
    next_sector += sectors;
    found(data + 8, length);
  }
}

static void log_append(uint64_t id, const uint8_t *data, size_t size) {
  static uint8_t whole[BYTES_MAX];
  uint32_t length = (uint32_t)size, crc = check(length, data);
  size_t padded = (8 + size + SECTOR - 1) / SECTOR * SECTOR;
  memset(whole, 0, padded);
  memcpy(whole, &crc, 4);
  memcpy(whole + 4, &length, 4);
  memcpy(whole + 8, data, size);
  disk_write(next_sector, whole, padded);
  next_sector += padded / SECTOR;
  chain = crc;
  waiting[waiting_count++] = id;
}

static void log_idle(void) {
  disk_flush();
  for (size_t i = 0; i < waiting_count; i++) durable(waiting[i]);
  waiting_count = 0;
}

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
