#include <iostream>
#include <sstream>
int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream in(line);
    double x, s = 0;
    int n = 0;
    while (in >> x) s += x, n++;
    std::cout.precision(12);
    std::cout << s / n << "\n";
  }
}
