// Fast: packed records, one write and one flush for all who wait.
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

// Records lie side by side, without padding: the sector that the last one ends in is kept in memory
// and written again with what follows. A sector is never torn, so what was safe in it stays safe.
struct Log {
  uint64_t sector = 0;  // the first that is not full
  Bytes tail;           // from its start, what is in it and what is to be written
  uint32_t chain = 1;
  std::vector<uint64_t> waiting;

  static uint32_t check(uint32_t chain, uint16_t length, const uint8_t *data) {
    uint32_t crc = crc32(chain, reinterpret_cast<const uint8_t *>(&length), 2);
    return crc32(crc, data, length);
  }

  std::vector<Bytes> open(Disk &disk) {
    std::vector<Bytes> records;
    Bytes all;
    size_t at = 0;
    auto have = [&](size_t end) {
      while (all.size() < end && all.size() / SECTOR + 16 <= disk.sectors) {
        Bytes more = disk.read(all.size() / SECTOR, 16);
        all.insert(all.end(), more.begin(), more.end());
      }
      return all.size() >= end;
    };
    while (have(at + 6)) {
      uint32_t crc;
      uint16_t length;
      std::memcpy(&crc, all.data() + at, 4);
      std::memcpy(&length, all.data() + at + 4, 2);
      if (length == 0 || !have(at + 6 + length) || check(chain, length, all.data() + at + 6) != crc) break;
      records.emplace_back(all.begin() + at + 6, all.begin() + at + 6 + length);
      chain = crc;
      at += 6 + length;
    }
    sector = at / SECTOR;
    tail.assign(all.begin() + sector * SECTOR, all.begin() + at);
    return records;
  }

  void append(Disk &, uint64_t id, const Bytes &record) {
    uint16_t length = record.size();
    uint32_t crc = check(chain, length, record.data());
    uint8_t head[6];
    std::memcpy(head, &crc, 4);
    std::memcpy(head + 4, &length, 2);
    tail.insert(tail.end(), head, head + 6);
    tail.insert(tail.end(), record.begin(), record.end());
    chain = crc;
    waiting.push_back(id);
  }

  void idle(Disk &disk) {
    if (waiting.empty()) return;
    Bytes data = tail;
    data.resize((data.size() + SECTOR - 1) / SECTOR * SECTOR);
    disk.write(sector, data);
    disk.flush();
    size_t full = tail.size() / SECTOR;
    sector += full;
    tail.erase(tail.begin(), tail.begin() + full * SECTOR);
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
