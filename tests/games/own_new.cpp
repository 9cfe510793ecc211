// attack: replace operator new where the problem forbids an allocator of one's own
// expect: compile-error
// defends: names of the allocator are refused in an answer's objects
// shape: crew
// twin: the reference
#include <cstddef>
#include <iostream>

static char arena[1 << 20];
static std::size_t used;
void *operator new(std::size_t size) {
  void *at = arena + used;
  used += (size + 15) & ~std::size_t{15};
  return at;
}
void operator delete(void *) noexcept {}

int main() { std::cout << *new int(0) << '\n'; }
