"""What in an answer points to a way around a harness, by language: data for grading/suspicions.py.

An answer that is linked with a harness shares a process with it (docs/security.md). What it would
need to read or change what isn't its own has names that an honest answer hardly uses: calls that
end the process or reach the kernel, attributes that run code before main, conditions that tell one
build from another, assembly, its own input, the harness's names.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import tree_sitter_c
import tree_sitter_cpp
import tree_sitter_python
import tree_sitter_rust


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicions:
    """What to look for in a language's syntax tree."""

    grammar: Callable[[], object]
    """Its grammar, of tree-sitter."""
    names: frozenset[str]
    """Identifiers, wherever they stand."""
    calls: frozenset[str] = frozenset()
    """Functions that an answer may define itself, but not call where it has not."""
    without_files: frozenset[str] = frozenset()
    """Calls that are suspicious in an answer that opens no file: on descriptors, and sleeping."""
    openers: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    """What is imported or included."""
    nodes: frozenset[str] = frozenset()
    """Kinds of nodes that are suspicious by themselves."""
    conditions: re.Pattern[str] = re.compile(r"(?!)")
    """In what decides whether a part is compiled."""
    texts: re.Pattern[str] = re.compile(
        r"/proc\b|/dev/(?:fd|shm|std)|/sys/|^\.init_array|^\.preinit"
    )
    """In string literals."""
    name_pattern: re.Pattern[str] = re.compile(r"(?!)")
    """In identifiers: the harness's."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_C_NAMES = _words(
    "_exit _Exit quick_exit exit at_quick_exit atexit on_exit abort_handler kill raise tgkill tkill"
    " syscall ptrace prctl arch_prctl seccomp personality fork vfork clone clone3 daemon execve"
    " execv execl execlp execvp fexecve posix_spawn system popen waitpid"
    " mprotect mmap munmap mremap mincore msync madvise pkey_alloc pkey_mprotect memfd_create"
    " symlink symlinkat chdir fchdir chroot mount"
    " process_vm_readv process_vm_writev copy_file_range shm_open shmget shmat sem_open"
    " dlsym dlopen dladdr dl_iterate_phdr getauxval __libc_stack_end _r_debug __libc_argv environ"
    " __environ program_invocation_name _DYNAMIC _GLOBAL_OFFSET_TABLE_ __ehdr_start _end etext"
    " edata __executable_start __init_array_start"
    " setjmp _setjmp sigsetjmp longjmp siglongjmp getcontext setcontext makecontext swapcontext"
    " backtrace _Unwind_Backtrace _Unwind_GetIP _Unwind_GetCFA pthread_getattr_np"
    " pthread_attr_getstack pthread_exit pthread_cancel pthread_kill pthread_atfork"
    " __builtin_return_address __builtin_frame_address __builtin_unwind_init __builtin_eh_return"
    " __builtin_ia32_rdtsc __rdtsc __rdtscp _rdtsc __readfsqword __readgsqword _readgsbase_u64"
    " __builtin_ia32_rdgsbase64 __builtin_ia32_rdfsbase64 __builtin_thread_pointer"
    " sigaction signal sigaltstack setitimer alarm timer_create timerfd_create eventfd signalfd"
    " fcntl F_DUPFD F_DUPFD_CLOEXEC dup dup2 dup3 pidfd_open pidfd_getfd close_range"
    " socket socketpair bind connect listen accept recv recvfrom recvmsg send sendto sendmsg"
    " sendfile splice tee vmsplice getsockname getpeername getsockopt setsockopt poll ppoll"
    " epoll_create epoll_create1 inotify_init getpid getppid gettid getrandom"
    " random_device arc4random"
    " sched_setaffinity sched_setscheduler setpriority nice pthread_setaffinity_np"
    " constructor destructor init_priority section ifunc naked alias weak weakref symver used"
    " retain no_sanitize no_sanitize_address no_sanitize_thread no_sanitize_undefined"
    " no_sanitize_memory disable_sanitizer_instrumentation no_instrument_function"
    " stdin stdout cin cout printf puts putchar scanf getchar gets getline"
    " malloc_usable_size malloc_info mallinfo mallinfo2 malloc_stats sbrk brk __malloc_hook"
)
_SLEEPING = "usleep sleep nanosleep clock_nanosleep sleep_for sleep_until"
_C_MODULES = _words(
    "dlfcn.h link.h elf.h sys/ptrace.h sys/prctl.h sys/syscall.h sys/socket.h sys/un.h sys/wait.h"
    " sys/signal.h signal.h ucontext.h setjmp.h execinfo.h unwind.h linux/seccomp.h linux/filter.h"
    " conducted.h harness_body.h sanitizer/tsan_interface.h sanitizer/asan_interface.h"
    " sanitizer/common_interface_defs.h sys/auxv.h spawn.h csignal csetjmp fstream iostream"
)
_C_CONDITIONS = re.compile(
    r"SANITIZE|__has_feature|[TAM]SAN\b|__OPTIMIZE|__PIE__|__PIC__|__pic__|__pie__|CONDUCTED|\bCD_|_FORTIFY"
)


def _of_c(grammar: Callable[[], object]) -> Suspicions:
    return Suspicions(
        grammar=grammar,
        names=_C_NAMES,
        calls=_words("exit abort time rand random srand clock"),
        without_files=_words(
            "read write pread pwrite readv writev pread64 fread fgets fscanf lseek fwrite fputs"
            f" {_SLEEPING}"
        ),
        openers=_words("open openat creat fopen mkstemp fdopen openat2 CreateFileA CreateFileW"),
        modules=_C_MODULES,
        nodes=_words("gnu_asm_expression preproc_paste"),
        conditions=_C_CONDITIONS,
        name_pattern=re.compile(r"^(?:cd_|CD_|__asan|__tsan|__sanitizer|__ubsan|__lsan)"),
    )


OF_C = _of_c(tree_sitter_c.language)
OF_CPP = _of_c(tree_sitter_cpp.language)
OF_RUST = Suspicions(
    grammar=tree_sitter_rust.language,
    names=_words(
        "asm global_asm naked_asm naked link_section no_mangle export_name used linkage no_sanitize"
        " process fs env net stdin stdout stderr println print libc arch from_raw_fd from_raw_parts"
        " from_raw_parts_mut transmute transmute_copy read_volatile write_volatile from_raw_handle"
        " as_raw_fd sleep park_timeout catch_unwind resume_unwind panic_any set_hook exit abort"
        " backtrace Backtrace RandomState random_state addr_of addr_of_mut as_mut_ptr"
        " _rdtsc __cpuid SystemTime JoinHandle"
    ),
    nodes=_words("foreign_mod_item extern_crate_declaration"),
    name_pattern=re.compile(r"^(?:conducted|Reply|Call)$"),
)
OF_PYTHON = Suspicions(
    grammar=tree_sitter_python.language,
    names=_words(
        "_getframe _current_frames f_back f_locals f_globals gi_frame cr_frame tb_frame"
        " __globals__ __code__ __closure__ __builtins__ __class__ __dict__ __subclasses__ __mro__"
        " __bases__ __import__ __loader__ __spec__ __del__ __getattribute__ __setattr__"
        " modules settrace setprofile meta_path path_hooks excepthook exec eval compile globals"
        " locals vars open input print breakpoint getattr setattr delattr"
        " touches pages move run perform Harness _exit exit quit stdin stdout system fork kill"
    ),
    modules=_words(
        "os sys gc inspect ctypes atexit signal conducted __main__ importlib builtins socket"
        " subprocess multiprocessing threading mmap shutil pathlib tempfile types weakref traceback"
        " io runpy code dis fcntl resource time random tracemalloc faulthandler main _thread"
    ),
)
