// attack: a constant that takes for ever
// expect: compile-error
// defends: compiling is as contained as running
constexpr long spin() {
  long n = 1;
  while (n != 0) n = n * 3 | 1;
  return n;
}
constexpr long value = spin();
int main() {}
