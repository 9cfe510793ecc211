/* The harness's half of a conducted run, for C and C++; oracles/conductor.py is the other half.
 *
 * A harness writes `perform`, which does one operation by calling the answer through `cd_answer`,
 * and a main that returns cd_run(perform). The conductor, in the judge's container, hands the
 * operations out one by one and takes the times; here nothing is read ahead and nothing is kept.
 *
 * What an answer, which shares this process, can't come by without meaning to:
 * - the channel: descriptors 0 and 1 are taken away before any constructor runs, and the kernel
 *   lets no instruction but ours use it (Linux on x86-64, plain builds);
 * - the harness's stack and registers: the answer runs on a stack of its own, between guard pages,
 *   with all other registers cleared (there too);
 * - the operation's token, which each message must carry: in a page between guard pages, under a
 *   memory protection key where the processor has them.
 * docs/security.md says what remains. */
#ifndef CONDUCTED_H
#define CONDUCTED_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CD_STOP = 0, CD_BEGIN = 1, CD_END = 2, CD_WORKERS = 3, CD_QUESTION = 4 };
static const uint32_t CD_ALONE = 0x80000000u; /* set in an operation's kind */
enum { CD_PAYLOAD_BYTES_MAX = 1 << 16, CD_WORKERS_MAX = 64 };

/* What goes over the channel: this, then `length` bytes; little-endian. */
typedef struct {
  uint32_t kind, length;
  uint64_t a, b, c, number, token;
} cd_head;

/* One operation: what was asked, and the place for what came of it. */
typedef struct {
  uint32_t kind;
  uint64_t a, b, c;
  const unsigned char *given; /* bytes that came with it */
  uint32_t given_length;
  uint64_t result, value, count;
  const void *told; /* bytes to send back, at most CD_PAYLOAD_BYTES_MAX */
  uint32_t told_length;
} cd_call;

/* Of one thread. The first two words are read by cd_switch, through the register GS. */
typedef struct {
  void *harness_stack;
  unsigned char *answer_stack;
  uint64_t token, number;
} cd_slot;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CD_SANITIZED 1
#endif
#if defined(__linux__) && defined(__x86_64__) && !defined(CD_SANITIZED)
#define CD_GUARDED 1
#endif

static int cd_in = -1, cd_out = -1;
static __thread cd_slot *cd_own;

static void cd_fail(const char *what) {
  fprintf(stderr, "harness: %s\n", what);
  _Exit(3);
}

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>

static pthread_mutex_t cd_reading = PTHREAD_MUTEX_INITIALIZER;

static void cd_take_channel(void) {
  _setmode(0, _O_BINARY);
  _setmode(1, _O_BINARY);
  cd_in = _dup(0);
  cd_out = _dup(1);
  if (cd_in < 0 || cd_out < 0 || freopen("NUL", "r", stdin) == NULL) cd_fail("no channel");
  _dup2(2, 1);
}

/* A message is read at once: what is left of one is lost, since the channel keeps them apart. */
static void cd_receive(unsigned char *message) {
  cd_head head;
  pthread_mutex_lock(&cd_reading);
  int got = _read(cd_in, message, sizeof head + CD_PAYLOAD_BYTES_MAX);
  pthread_mutex_unlock(&cd_reading);
  if (got < (int)sizeof head) _Exit(3);
  memcpy(&head, message, sizeof head);
  if ((size_t)got != sizeof head + head.length) cd_fail("a part of a message");
}

static void cd_send(const unsigned char *message, size_t length) {
  if (_write(cd_out, message, (unsigned)length) != (int)length) _Exit(3);
}

static cd_slot *cd_new_slot(void) { return (cd_slot *)calloc(1, sizeof(cd_slot)); }
static void cd_set_rights(uint32_t rights) { (void)rights; }
static const uint32_t cd_open_rights = 0, cd_shut_rights = 0;

#else
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CD_PAGE = 4096, CD_ANSWER_STACK_BYTES = 64 << 20, CD_CHANNEL_MIN = 90, CD_CHANNELS = 30 };

#ifdef CD_GUARDED
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

/* The key's rights, two bits a key, as WRPKRU takes them; without keys both are alike and unused. */
static int cd_key = -1;
static uint32_t cd_open_rights, cd_shut_rights;

/* cd_switch(function, argument): call function(argument) with argument as the top of the stack and
 * nothing of ours in any other register; the way back is in the thread's slot, which GS points to.
 * cd_io(number, descriptor, buffer, length): a system call, and the only one for the channel. */
__asm__(
    ".text\n"
    ".p2align 4\n"
    "cd_switch:\n"
    "  push %rbp\n push %rbx\n push %r12\n push %r13\n push %r14\n push %r15\n"
    "  mov %rsp, %gs:0\n"
    "  mov %rdi, %rax\n"
    "  mov %rsi, %rdi\n"
    "  mov %rsi, %rsp\n"
    "  xor %ebp, %ebp\n xor %ebx, %ebx\n xor %r12d, %r12d\n xor %r13d, %r13d\n"
    "  xor %r14d, %r14d\n xor %r15d, %r15d\n xor %esi, %esi\n xor %edx, %edx\n"
    "  xor %ecx, %ecx\n xor %r8d, %r8d\n xor %r9d, %r9d\n xor %r10d, %r10d\n xor %r11d, %r11d\n"
    "  call *%rax\n"
    "  mov %gs:0, %rsp\n"
    "  pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbx\n pop %rbp\n"
    "  ret\n"
    "cd_io:\n"
    "  mov %rdi, %rax\n mov %rsi, %rdi\n mov %rdx, %rsi\n mov %rcx, %rdx\n"
    "  xor %r10d, %r10d\n xor %r8d, %r8d\n xor %r9d, %r9d\n"
    "  syscall\n"
    "cd_io_end:\n"
    "  ret\n");
#ifdef __cplusplus
extern "C" {
#endif
void cd_switch(void (*function)(void *), void *argument);
long cd_io(long number, long descriptor, const void *buffer, unsigned long length);
extern const char cd_io_end[];
#ifdef __cplusplus
}
#endif

/* What of the system's calls takes a descriptor first, or second. */
static const uint16_t cd_on_first[] = {
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_preadv, SYS_pwritev,
    SYS_preadv2, SYS_pwritev2, SYS_sendto, SYS_recvfrom, SYS_recvmsg, SYS_recvmmsg, SYS_dup,
    SYS_dup2, SYS_dup3, SYS_fcntl, SYS_ioctl, SYS_close, SYS_shutdown, SYS_sendfile, SYS_tee,
    SYS_vmsplice, SYS_setsockopt, SYS_getsockopt, SYS_close_range};

/* From here on the kernel refuses the channel to every instruction but cd_io's. Descriptors are not
 * sent over sockets in this process: that would be a way to have a second one. */
static void cd_guard_channel(void) {
  enum { FIRST = sizeof cd_on_first / sizeof *cd_on_first, LENGTH = 26 + FIRST };
  const uint64_t end = (uint64_t)(uintptr_t)cd_io_end;
  struct sock_filter code[LENGTH];
  unsigned n = 0;
#define CD_ADD(...) code[n++] = (struct sock_filter)__VA_ARGS__
#define CD_LOAD(field, high) CD_ADD(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, field) + (high)))
  CD_LOAD(nr, 0);
  CD_ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendmsg, LENGTH - 1 - 2, 0));
  CD_ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendmmsg, LENGTH - 1 - 3, 0));
  CD_ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_splice, LENGTH - 1 - 4, 0)); /* has one third */
  /* No page becomes code any more: the harness's own can't be written over, nor other code brought. */
  CD_ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 3, 0));
  CD_ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pkey_mprotect, 2, 0));
  CD_ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 1, 0));
  CD_ADD(BPF_JUMP(BPF_JMP | BPF_JA, 3, 0, 0));
  CD_LOAD(args[2], 0);
  CD_ADD(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, LENGTH - 1 - 10, 0));
  CD_ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  for (unsigned i = 0; i < FIRST; i++) /* to the look at the arguments */
    CD_ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, cd_on_first[i], (uint8_t)(FIRST - i), 0));
  CD_ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  CD_ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 4, 0)); /* its first is a lower bound */
  CD_LOAD(args[0], 0);
  CD_ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)cd_in, 5, 0));
  CD_LOAD(args[1], 0);
  CD_ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)cd_in, 3, 2));
  CD_LOAD(args[1], 0);
  CD_ADD(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)cd_in, 6, 0));
  CD_ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  CD_LOAD(instruction_pointer, 0);
  CD_ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)end, 0, 3));
  CD_LOAD(instruction_pointer, 4);
  CD_ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(end >> 32), 0, 1));
  CD_ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  CD_ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EBADF));
#undef CD_LOAD
#undef CD_ADD
  struct sock_fprog program = {(unsigned short)n, code};
  if (n != LENGTH) cd_fail("its filter has another length");
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0)
    cd_fail("the channel can't be guarded");
}

static void cd_set_rights(uint32_t rights) {
  if (cd_key >= 0) __asm__ volatile(".byte 0x0f, 0x01, 0xef" : : "a"(rights), "c"(0), "d"(0) : "memory");
}

static void cd_find_key(void) {
  cd_key = (int)syscall(SYS_pkey_alloc, 0, 0);
  if (cd_key < 0) return;
  uint32_t rights, ignored;
  __asm__ volatile(".byte 0x0f, 0x01, 0xee" : "=a"(rights), "=d"(ignored) : "c"(0));
  cd_open_rights = rights;
  cd_shut_rights = rights | (3u << (2 * cd_key));
}
#else
/* Not by the C library's own functions: a sanitizer would take the channel for a lock. */
static long cd_io(long number, long descriptor, const void *buffer, unsigned long length) {
  return syscall(number, descriptor, buffer, length);
}
static void cd_set_rights(uint32_t rights) { (void)rights; }
static const uint32_t cd_open_rights = 0, cd_shut_rights = 0;
#endif

static void cd_take_channel(void) {
  uint64_t drawn = 0;
  if (cd_in >= 0) return;
  syscall(SYS_close_range, 3, ~0U, 0);
  if (syscall(SYS_getrandom, &drawn, sizeof drawn, 0) != sizeof drawn) _exit(3);
  cd_in = cd_out = fcntl(0, F_DUPFD_CLOEXEC, CD_CHANNEL_MIN + (int)(drawn % CD_CHANNELS));
  int nothing = open("/dev/null", O_RDONLY);
  if (cd_in < 0 || nothing < 0 || dup2(nothing, 0) != 0 || dup2(2, 1) != 1) _exit(3);
  close(nothing);
#ifdef CD_GUARDED
  cd_guard_channel();
  cd_find_key();
#endif
}

#ifdef CD_GUARDED
static void cd_before_constructors(int count, char **arguments, char **environment) {
  (void)count, (void)arguments, (void)environment;
  cd_take_channel();
#ifdef CD_BEFORE_CONSTRUCTORS /* a harness's own function for this moment */
  CD_BEFORE_CONSTRUCTORS();
#endif
}
__attribute__((section(".preinit_array"), used)) static void (*const cd_first_of_all)(int, char **, char **) = cd_before_constructors;
#endif

static void cd_receive(unsigned char *message) {
  long got;
  do got = cd_io(SYS_read, cd_in, message, sizeof(cd_head) + CD_PAYLOAD_BYTES_MAX);
  while (got == -EINTR || (got == -1 && errno == EINTR));
  if (got < (long)sizeof(cd_head)) _exit(3);
}

static void cd_send(const unsigned char *message, size_t length) {
  long sent;
  do sent = cd_io(SYS_write, cd_out, message, length);
  while (sent == -EINTR || (sent == -1 && errno == EINTR));
  if (sent != (long)length) _exit(3);
}

/* For a child that runs the answer: it can say nothing to the conductor. */
static inline void cd_leave_channel(void) {
  cd_io(SYS_close, cd_in, NULL, 0);
  cd_in = cd_out = -1;
}

/* A page for the slot and a stack for the answer, each between pages that nobody may touch. */
static cd_slot *cd_new_slot(void) {
#ifdef CD_GUARDED
  size_t length = CD_ANSWER_STACK_BYTES + 5 * (size_t)CD_PAGE;
  unsigned char *at = (unsigned char *)mmap(NULL, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED || mprotect(at + CD_PAGE, CD_PAGE, PROT_READ | PROT_WRITE) != 0 ||
      mprotect(at + 3 * (size_t)CD_PAGE, CD_ANSWER_STACK_BYTES, PROT_READ | PROT_WRITE) != 0)
    cd_fail("no memory for a stack");
  cd_slot *slot = (cd_slot *)(at + CD_PAGE);
  slot->answer_stack = at + 3 * (size_t)CD_PAGE + CD_ANSWER_STACK_BYTES;
  if (cd_key >= 0) syscall(SYS_pkey_mprotect, slot, CD_PAGE, PROT_READ | PROT_WRITE, cd_key);
  syscall(SYS_arch_prctl, 0x1001 /* ARCH_SET_GS */, slot);
  return slot;
#else
  return (cd_slot *)calloc(1, sizeof(cd_slot));
#endif
}
#endif

static cd_slot *cd_slot_of_thread(void) {
  if (cd_own == NULL && (cd_own = cd_new_slot()) == NULL) cd_fail("no memory for a slot");
  return cd_own;
}

typedef struct {
  void (*function)(void *);
  uint64_t ignored;
  unsigned char exchange[];
} cd_frame;

#ifdef CD_GUARDED
/* The first thing on the answer's stack. Between its two lines the slot is out of reach. */
static void cd_on_answer_stack(void *frame) {
  cd_frame *f = (cd_frame *)frame;
  cd_set_rights(cd_shut_rights);
  f->function(f->exchange);
  cd_set_rights(cd_open_rights);
}
#endif

/* Call `function` with a copy of `exchange`, which holds what the answer needs and may know, on a
 * stack of the answer's own; what it leaves in the copy comes back. */
static inline void cd_answer(void (*function)(void *), void *exchange, size_t length) {
#ifdef CD_GUARDED
  cd_slot *slot = cd_slot_of_thread();
  unsigned char *top = slot->answer_stack - ((sizeof(cd_frame) + length + 63) & ~(size_t)63);
  cd_frame *frame = (cd_frame *)top;
  frame->function = function;
  memcpy(frame->exchange, exchange, length);
  cd_switch(cd_on_answer_stack, top);
  memcpy(exchange, frame->exchange, length);
#else
  (void)length;
  function(exchange);
#endif
}

static void cd_tell(uint32_t kind, const cd_call *call) {
  static __thread unsigned char short_message[sizeof(cd_head)];
  const cd_slot *slot = cd_slot_of_thread();
  cd_head head = {kind, 0, 0, 0, 0, slot->number, slot->token};
  if (kind == CD_END) {
    head.length = call->told_length;
    head.a = call->result;
    head.b = call->value;
    head.c = call->count;
  }
  if (head.length > CD_PAYLOAD_BYTES_MAX) cd_fail("an operation told too much");
  unsigned char *message = head.length == 0 ? short_message : (unsigned char *)malloc(sizeof head + head.length);
  if (message == NULL) cd_fail("no memory for a message");
  memcpy(message, &head, sizeof head);
  if (head.length > 0) memcpy(message + sizeof head, call->told, head.length);
  cd_send(message, sizeof head + head.length);
  if (head.length > 0) free(message);
}

/* While an answer runs: ask the conductor for what is not here, `length` bytes of it. */
static inline void cd_ask(uint64_t question, void *into, uint32_t length) {
  static __thread unsigned char *message;
  if (message == NULL) message = (unsigned char *)malloc(sizeof(cd_head) + CD_PAYLOAD_BYTES_MAX);
  if (message == NULL) cd_fail("no memory for messages");
  cd_set_rights(cd_open_rights);
  const cd_slot *slot = cd_slot_of_thread();
  cd_head head = {CD_QUESTION, 0, question, 0, 0, slot->number, slot->token};
  memcpy(message, &head, sizeof head);
  cd_send(message, sizeof head);
  cd_receive(message);
  memcpy(&head, message, sizeof head);
  if (head.kind != CD_QUESTION || head.length != length) cd_fail("another answer than was asked for");
  memcpy(into, message + sizeof head, length);
  memset(message, 0, sizeof head + length);
  cd_set_rights(cd_shut_rights);
}

/* The conductor keeps some operations by themselves: after all before them, before all after. That
 * is all of its order that ThreadSanitizer may know; more would hide the answer's races from it. */
#ifdef __SANITIZE_THREAD__
#ifdef __cplusplus
extern "C" {
#endif
void __tsan_acquire(void *);
void __tsan_release(void *);
#ifdef __cplusplus
}
#endif
static char cd_all_before, cd_alone_before;
static void cd_begin_ordered(int alone) { __tsan_acquire(alone ? &cd_all_before : &cd_alone_before); }
static void cd_end_ordered(int alone) {
  __tsan_release(&cd_all_before);
  if (alone) __tsan_release(&cd_alone_before);
}
#else
static void cd_begin_ordered(int alone) { (void)alone; }
static void cd_end_ordered(int alone) { (void)alone; }
#endif

static void (*cd_perform)(cd_call *);
static pthread_t cd_threads[CD_WORKERS_MAX];
static unsigned cd_thread_count;

/* Any worker takes whichever operation comes next: the conductor sees to it that what belongs to
 * one script follows one another. */
static void *cd_work(void *ignored) {
  unsigned char *message = (unsigned char *)malloc(sizeof(cd_head) + CD_PAYLOAD_BYTES_MAX);
  cd_slot *slot = cd_slot_of_thread();
  if (message == NULL) cd_fail("no memory for messages");
  for (;;) {
    cd_head head;
    cd_receive(message);
    memcpy(&head, message, sizeof head);
    memset(message, 0, sizeof head);
    slot->number = head.number;
    slot->token = head.token;
    if (head.kind == CD_STOP) break;
    const int alone = (head.kind & CD_ALONE) != 0;
    cd_call call = {head.kind & ~CD_ALONE, head.a, head.b, head.c, message + sizeof head, head.length, 0, 0, 0, NULL, 0};
    memset(&head, 0, sizeof head);
    cd_tell(CD_BEGIN, &call);
    cd_begin_ordered(alone);
    if (call.kind == CD_WORKERS) {
      while (cd_thread_count + 1 < call.a && cd_thread_count < CD_WORKERS_MAX)
        if (pthread_create(&cd_threads[cd_thread_count++], NULL, cd_work, NULL) != 0) cd_fail("no more threads");
    } else {
      cd_perform(&call);
    }
    cd_end_ordered(alone);
    cd_tell(CD_END, &call);
  }
  free(message);
  return ignored;
}

/* Perform what the conductor asks for, until it says that this is all. For main's return. */
static int cd_run(void (*perform)(cd_call *)) {
  cd_take_channel();
  cd_perform = perform;
  cd_work(NULL);
  for (unsigned i = 0; i < cd_thread_count; i++) pthread_join(cd_threads[i], NULL);
  return 0;
}

/* Memory for what a harness must keep while an answer runs, between pages that nobody may touch. */
static inline void *cd_hidden(size_t bytes) {
#if defined(__linux__) && !defined(CD_SANITIZED) /* which look for pointers in known memory only */
  size_t whole = (bytes + CD_PAGE - 1) / CD_PAGE * CD_PAGE;
  unsigned char *at = (unsigned char *)mmap(NULL, whole + 2 * (size_t)CD_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED || mprotect(at + CD_PAGE, whole, PROT_READ | PROT_WRITE) != 0) cd_fail("no memory for its own state");
  return at + CD_PAGE;
#else
  void *at = calloc(1, bytes);
  if (at == NULL) cd_fail("no memory for its own state");
  return at;
#endif
}

/* Not linear: the order of what was mixed in counts. */
static inline uint64_t cd_mix(uint64_t digest, uint64_t value) {
  digest = (digest ^ value) * 0x9e3779b97f4a7c15u;
  return digest ^ (digest >> 29);
}

static inline uint64_t cd_scramble(uint64_t z) { /* splitmix64's */
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* Numbers from two secrets. Each is the sum of two, so that no number tells the next, nor a secret. */
typedef struct {
  uint64_t state, key;
} cd_stream;

static inline uint64_t cd_random(cd_stream *s) {
  s->state += 0x9e3779b97f4a7c15u;
  uint64_t other = cd_scramble(s->state ^ s->key);
  return cd_scramble(s->state) + (other << 23 | other >> 41);
}
#endif
