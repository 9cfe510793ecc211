"""C17 by gcc."""

from judge.languages.base import Language, gcc_diagnostics, gcc_plan
from judge.values import BuildKind, SourceFile

C = Language(
    id="c",
    name="C17",
    extensions=("c",),
    build_kinds=tuple(BuildKind),
    plan=gcc_plan("/usr/bin/gcc", "gnu17", ("c",)),
    run=("{directory}/program",),
    entry_names=("main.c",),
    diagnose=gcc_diagnostics,
    smoke=SourceFile("main.c", b'#include <stdio.h>\nint main(void) { puts("smoke ok"); }\n'),
)
