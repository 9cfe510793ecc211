"""Python 3.13 (CPython). Its "build" is a syntax check; the sources are the program."""

import re

from judge.languages.base import Language, Skeleton, plan_from_source
from judge.languages.suspicions import OF_PYTHON
from judge.values import Diagnostic, SourceFile

_DIAGNOSTIC = re.compile(
    r'File "(?P<file>[^"]+)", line (?P<line>\d+)\n(?:.*\n)*?(?P<message>\w*Error: .*)$',
    re.MULTILINE,
)


_EXTENSIONS = ("py", "py3")
_CHECK = (
    "import sys\nfor name in sys.argv[1:]:\n    compile(open(name, 'rb').read(), name, 'exec')\n"
)


def _diagnose(output: str) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(
            file=match["file"].rsplit("/", 1)[-1],
            line=int(match["line"]),
            column=1,
            severity="error",
            message=match["message"],
        )
        for match in _DIAGNOSTIC.finditer(output)
        if not match["file"].startswith("<")
    )


PYTHON3 = Language(
    id="python3",
    name="Python 3.13",
    extensions=_EXTENSIONS,
    plan=plan_from_source(("/usr/bin/python3", "-I", "-c", _CHECK), _EXTENSIONS),
    run=("/usr/bin/python3", "-X", "utf8", "{directory}/{entry}"),
    entry_names=("main.py", "__main__.py", "main.py3"),
    diagnose=_diagnose,
    smoke=SourceFile("main.py", b'import threading\nprint("smoke ok")\n'),
    lexer="python",
    editor_mode="python",
    suspicions=OF_PYTHON,
    skeleton=Skeleton(
        program="a, b = map(int, input().split())\nprint({sum})\n",
        answer="def add(a, b):\n    return {sum}\n",
        harness="""from conducted import MASK, Reply, run
from solution import add


def signed(number):
    return number - (1 << 64) if number >> 63 else number


def perform(call):
    return Reply(value=add(signed(call.a), signed(call.b)) & MASK)


run(perform)
""",
        kit="conducted.py",
        harness_stem="main",
    ),
)
