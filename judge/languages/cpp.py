"""C++20 by g++."""

from judge.languages.base import Language, gcc_diagnostics, gcc_planners
from judge.values import BuildKind, SourceFile

_EXTENSIONS = ("cpp", "cc", "cxx", "c++")
_plan, _plan_object = gcc_planners(
    "/usr/bin/g++",
    ("-std=gnu++20", "-fuse-ld=mold", "-I/usr/local/lib/judge/parsed"),
    _EXTENSIONS,
)

CPP = Language(
    id="cpp",
    name="C++20",
    extensions=_EXTENSIONS,
    build_kinds=tuple(BuildKind),
    plan=_plan,
    plan_object=_plan_object,
    run=("{directory}/program",),
    entry_names=("main.cpp", "main.cc"),
    diagnose=gcc_diagnostics,
    smoke=SourceFile(
        "main.cpp",
        b"#include <iostream>\n#include <thread>\n"
        b'int main() { std::jthread t([] { std::cout << "smoke ok\\n"; }); }\n',
    ),
)
