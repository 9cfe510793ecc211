"""Words in an answer that a reviewer should look at: ways around a harness that can't be excluded.

In the library shape an answer shares a process with the harness. What it would need to read or
change what isn't its own (docs/security.md) has names that an honest answer hardly uses; each
language has its own. Finding one proves nothing, and finding none proves nothing either: this
points a reader to a line.
"""

import re

from judge.languages import Language

NOTICED_MAX = 8


def find_suspicious_words(source: str, language: Language) -> tuple[tuple[int, str], ...]:
    """(line, word) of the first few such words, each word once; comments count too."""
    if not language.suspicious_words:
        return ()
    pattern = re.compile(language.suspicious_words)
    found: dict[str, int] = {}
    for number, line in enumerate(source.splitlines(), start=1):
        for match in pattern.finditer(line):
            found.setdefault(match[0], number)
    return tuple((line, word) for word, line in list(found.items())[:NOTICED_MAX])
