// attack: a template without end
// expect: compile-error
// defends: compiling is as contained as running
template <int N> struct S {
  S<N + 1> next;
};
S<0> all;
int main() {}
