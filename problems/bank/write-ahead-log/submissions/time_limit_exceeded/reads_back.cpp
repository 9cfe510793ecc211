// Right, with few flushes and bytes; but it reads all of the log back before each confirmation.
#include <cstdint>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

using Bytes = std::vector<uint8_t>;
constexpr size_t SECTOR = 64;

// ---- the disk: sectors of 64 bytes; what is written is safe only after a flush ----
static std::string to_hex(const uint8_t *data, size_t size) {
  static const char digits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < size; i++) {
    text += digits[data[i] >> 4];
    text += digits[data[i] & 15];
  }
  return text;
}

static Bytes from_hex(const std::string &text) {
  auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  Bytes data;
  for (size_t i = 0; i + 1 < text.size(); i += 2) data.push_back(digit(text[i]) * 16 + digit(text[i + 1]));
  return data;
}

struct Disk {
  uint64_t sectors = 0;
  Bytes read(uint64_t sector, uint64_t count) {  // count <= 256
    std::cout << "read " << sector << ' ' << count << std::endl;
    std::string text;
    std::cin >> text;
    return from_hex(text);
  }
  void write(uint64_t sector, const Bytes &data) {  // a multiple of 64 bytes
    std::cout << "write " << sector << ' ' << to_hex(data.data(), data.size()) << '\n';
  }
  void flush() { std::cout << "flush\n"; }
};

// Tell the harness that record `id` survives any crash from now on.
static void durable(uint64_t id) { std::cout << "durable " << id << '\n'; }

static uint32_t crc32(uint32_t crc, const uint8_t *data, size_t size) {
  crc = ~crc;
  for (size_t i = 0; i < size; i++) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320u & -(crc & 1));
  }
  return ~crc;
}

// A record: checksum, length, then the bytes, padded to whole sectors. The checksum goes on from the
// one of the record before, so a record is valid only behind the very one it was written behind:
// what an earlier life left further on can't come back.
struct Log {
  uint64_t next_sector = 0;
  uint32_t chain = 1;
  std::vector<uint64_t> waiting;

  static uint32_t check(uint32_t chain, uint32_t length, const uint8_t *data) {
    uint32_t crc = crc32(chain, reinterpret_cast<const uint8_t *>(&length), 4);
    return crc32(crc, data, length);
  }

  std::vector<Bytes> open(Disk &disk) {
    std::vector<Bytes> records;
    while (next_sector < disk.sectors) {
      Bytes first = disk.read(next_sector, 1);
      uint32_t crc, length;
      std::memcpy(&crc, first.data(), 4);
      std::memcpy(&length, first.data() + 4, 4);
      uint64_t sectors = (8 + uint64_t(length) + SECTOR - 1) / SECTOR;
      if (length == 0 || sectors > 256 || next_sector + sectors > disk.sectors) break;
      Bytes whole = sectors == 1 ? first : disk.read(next_sector, sectors);
      if (check(chain, length, whole.data() + 8) != crc) break;
      chain = crc;
      next_sector += sectors;
      records.emplace_back(whole.begin() + 8, whole.begin() + 8 + length);
    }
    return records;
  }

  void append(Disk &disk, uint64_t id, const Bytes &record) {
    uint32_t length = record.size();
    uint32_t crc = check(chain, length, record.data());
    Bytes data((8 + record.size() + SECTOR - 1) / SECTOR * SECTOR);
    std::memcpy(data.data(), &crc, 4);
    std::memcpy(data.data() + 4, &length, 4);
    std::memcpy(data.data() + 8, record.data(), record.size());
    disk.write(next_sector, data);
    next_sector += data.size() / SECTOR;
    chain = crc;
    waiting.push_back(id);
  }

  void idle(Disk &disk) {
    disk.flush();
    Log again;
    again.open(disk);
    for (uint64_t id : waiting) durable(id);
    waiting.clear();
  }
};

int main() {
  Disk disk;
  Log log;
  std::string word, text;
  uint64_t id;
  while (std::cin >> word) {
    if (word == "open") {
      std::cin >> disk.sectors;
      log = Log();
      for (const Bytes &record : log.open(disk)) std::cout << "record " << to_hex(record.data(), record.size()) << '\n';
      std::cout << "ready" << std::endl;
    } else if (word == "append") {
      std::cin >> id >> text;
      log.append(disk, id, from_hex(text));
    } else {
      log.idle(disk);
      std::cout.flush();
    }
  }
}
