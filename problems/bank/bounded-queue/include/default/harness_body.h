/* Drives a queue as the conductor asks (conducted.h). The same text serves C and C++.
 *
 *   n CAPACITY KEY        make the queue; the key is a part of every block's secrets
 *   p ITEM WAIT_US        push;  g WAIT_US  pop, the item is the value;  c  close;  f  free
 *   T SECRET COUNT        timed: fill it, then one thread pops and pushes in turn, then drain it
 *   M SECRET COUNT THREADS   timed: fill it, then half of the threads push and half pop, then drain
 *
 * A wait of UINT64_MAX has no deadline. The result of p, g is the queue's; that of T and M a digest
 * of what was popped: in T in its order; in M of all. The value counts items that came out before
 * one which the same thread had pushed earlier, that nobody had pushed, or that found room in a full
 * queue. */
#include "conducted.h"
#include "queue.h"

#include <time.h>
#include <unistd.h>

enum { THREADS_MAX = 64, SEQUENCE_BITS = 32 };

static queue *shared;
static uint64_t capacity;

typedef struct {
  queue *q;
  uint64_t item, deadline;
  int result;
} exchange;

static void make(void *e) { ((exchange *)e)->q = q_new((size_t)((exchange *)e)->item); }
static void push(void *e) { ((exchange *)e)->result = q_push(((exchange *)e)->q, ((exchange *)e)->item, ((exchange *)e)->deadline); }
static void pop(void *e) { ((exchange *)e)->result = q_pop(((exchange *)e)->q, &((exchange *)e)->item, ((exchange *)e)->deadline); }
static void shut(void *e) { q_close(((exchange *)e)->q); }
static void release(void *e) { q_free(((exchange *)e)->q); }

static exchange answer(void (*function)(void *), uint64_t item, uint64_t deadline) {
  exchange e = {shared, item, deadline, 0};
  cd_answer(function, &e, sizeof e);
  return e;
}

static uint64_t deadline_after(uint64_t wait_us) {
  struct timespec t;
  if (wait_us == UINT64_MAX) return UINT64_MAX;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec + wait_us * 1000;
}

/* An item tells who pushed it, and as the how-many-th, to those who know the block's secrets: three
 * words, between two multiplications that can be taken back. */
static const uint64_t FIRST = 0x9e3779b97f4a7c15u, FIRST_BACK = 0xf1de83e19937733du;
static const uint64_t SECOND = 0xbf58476d1ce4e5b9u, SECOND_BACK = 0x96de1b173f119089u;

typedef struct {
  uint64_t first, second, third;
} secrets;

static uint64_t run_key;

static secrets secrets_of(uint64_t secret) {
  cd_stream stream = {secret, run_key};
  secrets s;
  s.first = cd_random(&stream);
  s.second = cd_random(&stream);
  s.third = cd_random(&stream);
  return s;
}

static uint64_t item_of(const secrets *s, uint64_t thread, uint64_t sequence) {
  uint64_t x = ((thread << SEQUENCE_BITS | sequence) ^ s->first) * FIRST;
  x = (x ^ (x >> 32) ^ s->second) * SECOND;
  return x ^ (x >> 32) ^ s->third;
}

static uint64_t told_by(const secrets *s, uint64_t item) {
  uint64_t x = item ^ s->third;
  x = ((x ^ (x >> 32)) * SECOND_BACK) ^ s->second;
  return ((x ^ (x >> 32)) * FIRST_BACK) ^ s->first;
}

typedef struct {
  secrets secret;
  uint64_t thread, count;          /* of who pushes */
  uint64_t begun_or_done;          /* atomic: pops begun, or pushes done */
  uint64_t digest, wrong;          /* of who pops */
  uint64_t next[THREADS_MAX];      /* the least sequence that may still come, of each thread */
} share;

static void *produce(void *argument) {
  share *s = (share *)argument;
  for (uint64_t i = 0; i < s->count; i++) {
    s->wrong += answer(push, item_of(&s->secret, s->thread, i), UINT64_MAX).result != Q_OK;
    __atomic_store_n(&s->begun_or_done, i + 1, __ATOMIC_RELEASE);
  }
  return NULL;
}

static void take(share *s) {
  exchange e = answer(pop, 0, UINT64_MAX);
  uint64_t told = told_by(&s->secret, e.item);
  uint64_t thread = told >> SEQUENCE_BITS, sequence = told & UINT32_MAX;
  s->digest += cd_mix(s->secret.first, e.item);
  if (e.result != Q_OK || thread >= THREADS_MAX || sequence < s->next[thread]) s->wrong++;
  else s->next[thread] = sequence + 1;
}

static void *consume(void *argument) {
  share *s = (share *)argument;
  for (uint64_t i = 0; i < s->count; i++) {
    __atomic_store_n(&s->begun_or_done, i + 1, __ATOMIC_RELEASE);
    take(s);
  }
  return NULL;
}

/* To the brim: one more must find no room. 0 if that is so. */
static uint64_t fill(const secrets *secret) {
  uint64_t wrong = 0;
  for (uint64_t i = 0; i < capacity; i++) wrong += answer(push, item_of(secret, 0, i), UINT64_MAX).result != Q_OK;
  return wrong + (answer(push, item_of(secret, THREADS_MAX, 0), 0).result != Q_TIMEOUT);
}

static void take_turns(cd_call *call) {
  uint64_t digest = 0;
  const secrets secret = secrets_of(call->a);
  call->value = fill(&secret);
  for (uint64_t i = 0; i < call->b + capacity; i++) {
    exchange e = answer(pop, 0, UINT64_MAX);
    digest = cd_mix(digest, e.item);
    call->value += e.result != Q_OK;
    if (i < call->b) call->value += answer(push, item_of(&secret, 0, capacity + i), UINT64_MAX).result != Q_OK;
  }
  call->result = digest;
}

/* It was full at the beginning: a push that is done needs a pop that has begun. Pushes are read first,
 * so that what happens meanwhile can't accuse anybody. Until all pops have begun. */
static uint64_t look_at_the_bound(const share *shares, uint64_t half) {
  uint64_t wrong = 0;
  for (;;) {
    uint64_t done = 0, begun = 0, all = 0;
    for (uint64_t i = 0; i < half; i++) done += __atomic_load_n(&shares[i].begun_or_done, __ATOMIC_ACQUIRE);
    for (uint64_t i = half; i < 2 * half; i++) {
      begun += __atomic_load_n(&shares[i].begun_or_done, __ATOMIC_ACQUIRE);
      all += shares[i].count;
    }
    wrong += done > begun;
    if (begun == all) return wrong;
    usleep(200);
  }
}

static void crowd(cd_call *call) {
  static share shares[THREADS_MAX];
  pthread_t threads[THREADS_MAX];
  uint64_t half = call->c / 2;
  const secrets secret = secrets_of(call->a);
  call->value = fill(&secret);
  memset(shares, 0, sizeof shares);
  for (uint64_t i = 0; i < 2 * half; i++) {
    shares[i].secret = secret;
    shares[i].thread = i + 1;
    shares[i].count = call->b / half;
    if (pthread_create(&threads[i], NULL, i < half ? produce : consume, &shares[i]) != 0) cd_fail("no more threads");
  }
  call->value += look_at_the_bound(shares, half);
  for (uint64_t i = 0; i < 2 * half; i++) pthread_join(threads[i], NULL);
  share *rest = &shares[2 * half];
  rest->secret = secret;
  for (uint64_t i = 0; i < capacity; i++) take(rest);
  for (uint64_t i = 0; i <= 2 * half; i++) {
    call->result += shares[i].digest;
    call->value += shares[i].wrong;
  }
}

static void perform(cd_call *call) {
  exchange e;
  switch (call->kind) {
    case 'n':
      capacity = call->a;
      run_key = call->b;
      shared = answer(make, capacity, 0).q;
      break;
    case 'p':
      call->result = (uint64_t)answer(push, call->a, deadline_after(call->b)).result;
      break;
    case 'g':
      e = answer(pop, 0, deadline_after(call->b));
      call->result = (uint64_t)e.result;
      call->value = e.item;
      break;
    case 'c': answer(shut, 0, 0); break;
    case 'f': answer(release, 0, 0); break;
    case 'T': take_turns(call); break;
    case 'M': crowd(call); break;
    default: cd_fail("an operation that it does not know");
  }
}

int main(void) { return cd_run(perform); }
