"""Which system calls a sandbox may make: our own list, narrower than the engine's default.

The engine's default allows what any service may need. What is left out here, beyond what it leaves
out already, and why:

- io_uring: work that no counter of ours sees in time, and a record of kernel holes; bpf,
  perf_event_open, userfaultfd: the same, allowed by some engines' versions.
- process_vm_*, pidfd_getfd, kcmp: nobody here has another's memory to look at. ptrace stays:
  LeakSanitizer stops its own threads by it, and the supervisor can't be traced.
- keyrings: one for each user on the whole host, so two containers could talk.
- sockets but Unix and IP ones: netlink, packet, vsock and crypto reach kernel code that no answer
  needs; there is no network to reach by IP.
- asynchronous input and output (io_setup): its contexts are counted on the whole host, so that one
  program could use up those of all, root's too.
- affinity, priority and scheduling class: who could choose its CPU, or step back for others, would
  choose what a timed run says. Honest programs set them too, and few look whether it worked: the
  calls succeed, and change nothing.
- name_to_handle_at, fanotify, quota, swap, modules, clocks' settings: an administrator's.
- the 32-bit table: a second door to everything, that no answer needs; a call there is killed.
- memfd_secret: memory that the kernel can't account to a container's dump.
- message queues and semaphores of System V and POSIX: notes that outlive a test.
- personality, but for asking: switching address randomisation off is the supervisor's alone, who
  does it before a thread build starts (ThreadSanitizer needs it on some hosts), and takes the
  right away from every program it starts.

There is no list a language: what one may call, all may. New calls of newer kernels are refused
with ENOSYS, so that libraries fall back instead of giving up.
"""

import json
from functools import cache
from typing import Any

EPERM, ENOSYS = 1, 38
ADDR_NO_RANDOMIZE = 0x0040000
ASK_PERSONALITY = 0xFFFFFFFF
NAMESPACES = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET: linux/sched.h."""

ALLOWED: dict[str, str] = {
    "files, opened": "open openat openat2 creat close close_range dup dup2 dup3 fcntl fcntl64 ioctl"
    " flock umask",
    "files, read and written": "read write readv writev pread64 pwrite64 preadv pwritev preadv2"
    " pwritev2 lseek _llseek truncate truncate64 ftruncate ftruncate64 fallocate sendfile"
    " sendfile64 copy_file_range splice tee vmsplice fsync fdatasync sync syncfs sync_file_range"
    " fadvise64 fadvise64_64 readahead",
    "files, looked at": "stat stat64 lstat lstat64 fstat fstat64 newfstatat fstatat64 statx statfs"
    " statfs64 fstatfs fstatfs64 access faccessat faccessat2 readlink readlinkat getdents"
    " getdents64 getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr getcwd",
    "files, arranged": "mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat"
    " symlink symlinkat mknod mknodat chmod fchmod fchmodat fchmodat2 chown chown32 fchown fchown32"
    " fchownat lchown lchown32 utime utimes utimensat utimensat_time64 futimesat chdir fchdir"
    " setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr inotify_init inotify_init1"
    " inotify_add_watch inotify_rm_watch",
    "waiting for files": "poll ppoll ppoll_time64 select _newselect pselect6 pselect6_time64"
    " epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2"
    " signalfd signalfd4 timerfd_create timerfd_settime timerfd_settime64 timerfd_gettime"
    " timerfd_gettime64 pipe pipe2",
    "memory": "brk mmap mmap2 munmap mremap mprotect msync madvise mincore mlock mlock2 mlockall"
    " munlock munlockall memfd_create membarrier pkey_alloc pkey_free pkey_mprotect"
    " remap_file_pages shmget shmat shmdt shmctl",
    "processes": "fork vfork execve execveat exit exit_group wait4 waitid waitpid getpid getppid"
    " gettid getpgid getpgrp getsid setpgid setsid set_tid_address prctl arch_prctl modify_ldt"
    " set_thread_area get_thread_area set_robust_list get_robust_list rseq restart_syscall"
    " pidfd_open pidfd_send_signal process_mrelease seccomp capget capset landlock_create_ruleset"
    " landlock_add_rule landlock_restrict_self ptrace",
    "threads, and waiting for each other": "futex futex_time64 futex_waitv sched_yield"
    " sched_getaffinity sched_getparam sched_getscheduler sched_getattr sched_get_priority_max"
    " sched_get_priority_min sched_rr_get_interval sched_rr_get_interval_time64 getpriority"
    " ioprio_get getcpu",
    "signals": "kill tkill tgkill pause alarm rt_sigaction rt_sigprocmask rt_sigpending"
    " rt_sigqueueinfo rt_tgsigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait"
    " rt_sigtimedwait_time64 sigaltstack sigprocmask sigreturn",
    "time": "time gettimeofday clock_gettime clock_gettime64 clock_getres clock_getres_time64"
    " nanosleep clock_nanosleep clock_nanosleep_time64 getitimer setitimer timer_create"
    " timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64"
    " times",
    "who, and how much": "getuid getuid32 geteuid geteuid32 getgid getgid32 getegid getegid32"
    " getresuid getresuid32 getresgid getresgid32 getgroups getgroups32 setuid setuid32 setgid"
    " setgid32 setreuid setreuid32 setregid setregid32 setresuid setresuid32 setresgid setresgid32"
    " setgroups setgroups32 setfsuid setfsuid32 setfsgid setfsgid32 getrlimit ugetrlimit setrlimit"
    " prlimit64 getrusage sysinfo uname getrandom",
    "talking within the container": "socketpair bind connect listen accept accept4 shutdown send"
    " sendto sendmsg sendmmsg recv recvfrom recvmsg recvmmsg recvmmsg_time64 getsockname"
    " getpeername getsockopt setsockopt",
    "on ARM": "cacheflush sync_file_range2",
}
IGNORED = "sched_setaffinity sched_setparam sched_setscheduler sched_setattr setpriority ioprio_set"
"""They say that they have done it, and nothing is done."""
SOCKET_FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
REFUSED = (
    "add_key request_key keyctl bpf perf_event_open userfaultfd io_uring_setup io_uring_enter"
    " io_uring_register process_vm_readv process_vm_writev pidfd_getfd kcmp"
    " process_madvise name_to_handle_at open_by_handle_at fanotify_init fanotify_mark"
    " memfd_secret semget semop semtimedop semctl mq_open mq_unlink mq_notify mq_getsetattr"
    " mq_timedsend mq_timedreceive"
    " msgget msgsnd msgrcv msgctl mount umount2 pivot_root chroot move_mount open_tree fsopen"
    " fsconfig fsmount fspick mount_setattr unshare setns reboot swapon swapoff kexec_load"
    " kexec_file_load init_module finit_module delete_module syslog acct quotactl quotactl_fd"
    " settimeofday clock_settime clock_adjtime adjtimex iopl ioperm sethostname setdomainname"
    " io_setup io_destroy io_submit io_cancel io_getevents io_pgetevents"
    " vhangup lookup_dcookie mbind set_mempolicy get_mempolicy migrate_pages move_pages"
)
"""Known and refused with EPERM, as a program may expect who knows them; all else is ENOSYS."""


@cache
def profile() -> str:
    """The profile as the engine's API takes it, a JSON text."""
    rules: list[dict[str, Any]] = [
        {"names": names.split(), "action": "SCMP_ACT_ALLOW"} for names in ALLOWED.values()
    ]
    rules += [_allow_if("socket", 0, family) for family in SOCKET_FAMILIES.values()]
    rules += [_allow_if("personality", 0, value) for value in (0, ADDR_NO_RANDOMIZE)]
    rules += [_allow_if("personality", 0, ASK_PERSONALITY)]
    rules += [
        # No flag of a namespace; clone3 hides its flags in memory, so libraries must do without.
        _allow_if("clone", 0, NAMESPACES, masked=True),
        {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": ENOSYS},
        {"names": IGNORED.split(), "action": "SCMP_ACT_ERRNO", "errnoRet": 0},
        {"names": REFUSED.split(), "action": "SCMP_ACT_ERRNO", "errnoRet": EPERM},
    ]
    return json.dumps(
        {
            "defaultAction": "SCMP_ACT_ERRNO",
            "defaultErrnoRet": ENOSYS,
            "archMap": [
                {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": []},
                {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": []},
            ],
            "syscalls": rules,
        }
    )


def _allow_if(name: str, index: int, value: int, *, masked: bool = False) -> dict[str, Any]:
    """Allow `name` where an argument equals `value`, or has none of its bits."""
    test: dict[str, Any] = {"index": index, "value": value, "op": "SCMP_CMP_EQ"}
    if masked:
        test = {"index": index, "value": value, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}
    return {"names": [name], "action": "SCMP_ACT_ALLOW", "args": [test]}
