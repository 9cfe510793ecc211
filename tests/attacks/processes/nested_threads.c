// attack: each thread starts the next
// expect: time-limit, memory-limit
// defends: a neighbour pays nothing
#define _GNU_SOURCE
#include <stdio.h>
#include <pthread.h>
#include <unistd.h>


static void *next(void *unused) {
  pthread_t thread;
  pthread_create(&thread, NULL, next, unused);
  pause();
  return NULL;
}

int main(void) {
  next(NULL);
  return 0;
}
