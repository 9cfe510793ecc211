"""C17 by gcc."""

from judge.languages.base import Language, gcc_diagnostics, gcc_planners
from judge.values import BuildKind, SourceFile

_EXTENSIONS = ("c",)
_plan, _plan_object = gcc_planners("/usr/bin/gcc", ("-std=gnu17", "-fuse-ld=mold"), _EXTENSIONS)

C = Language(
    id="c",
    name="C17",
    extensions=_EXTENSIONS,
    build_kinds=tuple(BuildKind),
    plan=_plan,
    plan_object=_plan_object,
    run=("{directory}/program",),
    entry_names=("main.c",),
    diagnose=gcc_diagnostics,
    smoke=SourceFile("main.c", b'#include <stdio.h>\nint main(void) { puts("smoke ok"); }\n'),
)
