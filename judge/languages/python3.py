"""Python 3.13 (CPython). Its "build" is a syntax check; the sources are the program."""

import re

from judge.languages.base import BuildPlan, Language, Names
from judge.values import BuildKind, Diagnostic, Rules, SourceFile

_DIAGNOSTIC = re.compile(
    r'File "(?P<file>[^"]+)", line (?P<line>\d+)\n(?:.*\n)*?(?P<message>\w*Error: .*)$',
    re.MULTILINE,
)


_CHECK = (
    "import sys\nfor name in sys.argv[1:]:\n    compile(open(name, 'rb').read(), name, 'exec')\n"
)


def plan(own: Names, given: Names, kind: BuildKind, _rules: Rules) -> BuildPlan:
    sources = tuple(name for name in (*own, *given) if name.endswith(".py"))
    assert kind is BuildKind.PLAIN
    return BuildPlan(commands=(("/usr/bin/python3", "-I", "-c", _CHECK, *sources),), output="")


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
    extensions=("py",),
    build_kinds=(BuildKind.PLAIN,),
    plan=plan,
    run=("/usr/bin/python3", "-X", "utf8", "{directory}/{entry}"),
    entry_names=("main.py", "__main__.py"),
    diagnose=_diagnose,
    smoke=SourceFile("main.py", b'import threading\nprint("smoke ok")\n'),
)
