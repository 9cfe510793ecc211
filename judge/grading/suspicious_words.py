"""Words in an answer that a reviewer should look at: ways around a harness that can't be excluded.

In the library shape an answer shares a process with the harness. What it would need to read or
change what isn't its own (docs/security.md) has names that an honest answer hardly uses. Finding
one proves nothing, and finding none proves nothing either: this points a reader to a line.
"""

import re

_WORDS = {
    "c": (
        r"\b(?:__)?asm(?:__)?\b|\bconstructor\b|\binit_array\b|\bmprotect\b|/proc/self|\b_exit\b"
        r"|\b_Exit\b|\bquick_exit\b|\bsyscall\b|\bno_sanitize\w*|\bdlsym\b|\bptrace\b"
        r"|\b__builtin_return_address\b|\b__builtin_frame_address\b"
    ),
    "rust": (
        r"\basm!|\bno_mangle\b|\blink_section\b|\bmprotect\b|/proc/self|\bprocess::exit\b"
        r"|\bexport_name\b|\bno_sanitize\b"
    ),
    "python3": (
        r"\bsys\._getframe\b|\bsys\.modules\b|\b__main__\b|\bgc\.\w+|\bctypes\b"
        r"|\binspect\b|\bos\._exit\b|\batexit\b|/proc/self|\bsettrace\b|\bsetprofile\b"
    ),
}
_WORDS["cpp"] = _WORDS["c"]
NOTICED_MAX = 8


def find_suspicious_words(source: str, language: str) -> tuple[tuple[int, str], ...]:
    """(line, word) of the first few such words, each word once; comments count too."""
    pattern = re.compile(_WORDS[language])
    found: dict[str, int] = {}
    for number, line in enumerate(source.splitlines(), start=1):
        for match in pattern.finditer(line):
            found.setdefault(match[0], number)
    return tuple((line, word) for word, line in list(found.items())[:NOTICED_MAX])
