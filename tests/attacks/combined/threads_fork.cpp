// attack: threads that fork threads
// expect: runtime-error, memory-limit, time-limit
// defends: a neighbour pays nothing
#include <thread>
#include <unistd.h>

int main() {
  for (;;) {
    std::thread([] { for (;;) fork(); }).detach();
    fork();
  }
}
