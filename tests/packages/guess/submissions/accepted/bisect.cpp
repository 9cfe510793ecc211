#include <iostream>
#include <string>

int main() {
  int low = 1, high = 1001;
  std::string answer;
  while (true) {
    int middle = (low + high) / 2;
    std::cout << middle << std::endl;
    if (!std::getline(std::cin, answer) || answer == "correct") return 0;
    (answer == "lower" ? high : low) = answer == "lower" ? middle : middle + 1;
  }
}
