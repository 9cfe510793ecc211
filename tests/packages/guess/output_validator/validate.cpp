// An interactor as the package format wants it: arguments input, answer, feedback directory;
// standard streams joined to the submission's; exit code 42 or 43.
#include <fstream>
#include <iostream>
#include <string>

int main(int, char **argv) {
  std::ifstream input(argv[1]);
  std::ofstream message(std::string(argv[3]) + "judgemessage.txt");
  int secret, guess;
  input >> secret;
  for (int turn = 1; turn <= 12; turn++) {
    if (!(std::cin >> guess)) {
      message << "no guess in turn " << turn << "\n";
      return 43;
    }
    if (guess == secret) {
      std::cout << "correct" << std::endl;
      return std::cin >> guess ? 43 : 42;
    }
    std::cout << (secret < guess ? "lower" : "higher") << std::endl;
  }
  message << "too many guesses\n";
  return 43;
}
