/* A container has no environment, so the sanitizers' options are built in. A finding ends the
 * supervisor, which every test sees as a fault. LeakSanitizer stops the world at the end, which as
 * PID 1 it can't; memory is poisoned sparingly, since the container's limit counts it. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
  return "detect_leaks=0:quarantine_size_mb=1:malloc_context_size=4:allow_user_segv_handler=0";
}
