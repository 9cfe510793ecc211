// attack: an exception that nobody catches
// expect: runtime-error
// defends: a limit says what it limits
#include <cstddef>

int main(int argc, char **) {
  char *all = new char[(std::size_t)argc << 60];
  return all[0];
}
