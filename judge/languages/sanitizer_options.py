"""How sanitized programs are run: the options they get, and the room that they need."""

from judge.values import BuildKind

# Set from outside: a program's own __tsan_default_options must not have the last word.
SANITIZER_ENVIRONMENT = {
    BuildKind.PLAIN: (),
    BuildKind.ADDRESS: (
        (
            "ASAN_OPTIONS=exitcode=99:detect_leaks=1:abort_on_error=0:halt_on_error=1:color=never"
            ":allocator_may_return_null=1:detect_stack_use_after_return=1:log_path=stderr"
        ),
        "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:exitcode=99:color=never",
        "LSAN_OPTIONS=exitcode=99",
    ),
    BuildKind.THREAD: (
        (
            "TSAN_OPTIONS=exitcode=66:halt_on_error=1:report_bugs=1:report_thread_leaks=0:report_signal_unsafe=0:color=never"
            ":second_deadlock_stack=1:log_path=stderr:history_size=4"
        ),
    ),
}

TIME_FACTOR = {BuildKind.PLAIN: 1.0, BuildKind.ADDRESS: 4.0, BuildKind.THREAD: 15.0}
"""Sanitized programs run 2-3 and 5-15 times slower (their manuals); limits give them room."""

MEMORY_FACTOR = {BuildKind.PLAIN: 1, BuildKind.ADDRESS: 4, BuildKind.THREAD: 6}
