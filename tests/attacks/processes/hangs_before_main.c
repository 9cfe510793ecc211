// attack: hang before main
// expect: time-limit
// defends: who waits for ever is stopped
static __attribute__((constructor)) void early(void) {
  for (;;) {}
}

int main(void) { return 0; }
