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

// ---- yours ----
struct Log {
  // The machine has started: find the records on the disk, in order.
  std::vector<Bytes> open(Disk &disk) { return {}; }

  // A client wants `record` kept. Confirm it by durable(id), now or later.
  void append(Disk &disk, uint64_t id, const Bytes &record) {}

  // Every client waits: nothing more comes until all records are confirmed.
  void idle(Disk &disk) {}
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
