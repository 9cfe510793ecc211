// attack: sleep out the wall limit in short naps of many threads
// expect: time-limit
// defends: who waits for ever is stopped
#define _GNU_SOURCE
#include <stdio.h>
#include <pthread.h>
#include <unistd.h>

static void *nap(void *unused) {
  for (;;) usleep(500);
  return unused;
}

int main(void) {
  pthread_t thread;
  for (int i = 0; i < 50; i++) pthread_create(&thread, NULL, nap, NULL);
  pthread_join(thread, NULL);
  return 0;
}
