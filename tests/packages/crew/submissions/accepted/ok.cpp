#include <cstdint>
#include <iostream>
#include <thread>
#include <vector>

int main() {
  uint64_t steps, start, threads, mixed = 0;
  std::cin >> steps >> start >> threads;
  std::vector<uint64_t> ends(threads);
  std::vector<std::thread> crew;
  for (uint64_t t = 0; t < threads; t++)
    crew.emplace_back([&, t] {
      uint64_t x = start + t;
      for (uint64_t i = 0; i < steps / threads; i++) x = (x ^ (x >> 29)) * 0x9e3779b97f4a7c15u + i;
      ends[t] = x;
    });
  for (std::thread &one : crew) one.join();
  for (uint64_t end : ends) mixed ^= end;
  std::cout << mixed << '\n';
}
