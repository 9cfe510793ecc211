// attack: four threads share the burning
// expect: time-limit
// defends: CPU time counts every descendant
#define _GNU_SOURCE
#include <stdio.h>
#include <pthread.h>


static void *spin(void *unused) {
  for (volatile long i = 0;; i++) {}
  return unused;
}

int main(void) {
  pthread_t thread;
  for (int i = 0; i < 4; i++) pthread_create(&thread, NULL, spin, NULL);
  pthread_join(thread, NULL);
  return 0;
}
