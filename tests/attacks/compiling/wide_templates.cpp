// attack: templates that double at each level
// expect: compile-error
// defends: compiling is as contained as running
template <int N, long M> struct S {
  static constexpr long value = S<N - 1, 2 * M>::value + S<N - 1, 2 * M + 1>::value;
};
template <long M> struct S<0, M> {
  static constexpr long value = M;
};
int main() { return S<24, 1>::value & 1; }
