"""What an exit code says; on Windows it may be the name of an exception.

Source: Microsoft, "[MS-ERREF]: Windows Error Codes", section 2.3, NTSTATUS.
"""

STATUS_NAMES = {
    0x80000003: "STATUS_BREAKPOINT",
    0xC0000005: "STATUS_ACCESS_VIOLATION",
    0xC0000006: "STATUS_IN_PAGE_ERROR",
    0xC0000008: "STATUS_INVALID_HANDLE",
    0xC0000017: "STATUS_NO_MEMORY",
    0xC000001D: "STATUS_ILLEGAL_INSTRUCTION",
    0xC0000025: "STATUS_NONCONTINUABLE_EXCEPTION",
    0xC000008C: "STATUS_ARRAY_BOUNDS_EXCEEDED",
    0xC000008E: "STATUS_FLOAT_DIVIDE_BY_ZERO",
    0xC0000094: "STATUS_INTEGER_DIVIDE_BY_ZERO",
    0xC0000095: "STATUS_INTEGER_OVERFLOW",
    0xC0000096: "STATUS_PRIVILEGED_INSTRUCTION",
    0xC00000FD: "STATUS_STACK_OVERFLOW",
    0xC0000135: "STATUS_DLL_NOT_FOUND",
    0xC0000139: "STATUS_ENTRYPOINT_NOT_FOUND",
    0xC000013A: "STATUS_CONTROL_C_EXIT",
    0xC0000142: "STATUS_DLL_INIT_FAILED",
    0xC0000374: "STATUS_HEAP_CORRUPTION",
    0xC0000409: "STATUS_STACK_BUFFER_OVERRUN",
    0xE06D7363: "an uncaught C++ exception",
}
_ABORT = 3
_EXCEPTION_MIN = 0x80000000


def exit_words(code: int, *, windows: bool) -> tuple[str, str]:
    """An exit code in words, in English and Chinese."""
    if windows and code >= _EXCEPTION_MIN:
        name = STATUS_NAMES.get(code, "an exception")
        return f"{name} (0x{code:08X})", f"{name}（0x{code:08X}）"
    if windows and code == _ABORT:
        return "exit code 3, which abort() ends with", "退出码 3（abort() 以此结束）"
    return f"exit code {code}", f"退出码 {code}"
