"""C++20 by g++."""

from judge.languages import c
from judge.languages.base import GCC_QUIET, Language, Skeleton, gcc_diagnostics, gcc_planners
from judge.languages.suspicions import OF_CPP
from judge.values import BuildKind, SourceFile

_EXTENSIONS = ("cpp", "cc", "cxx", "c++", "C")
_plan, _plan_object = gcc_planners(
    "/usr/bin/g++",
    ("-std=gnu++20", "-fuse-ld=mold", "-I/usr/local/lib/judge/parsed"),
    _EXTENSIONS,
)
_SKELETON = Skeleton(
    program="""#include <iostream>

int main() {
  long long a, b;
  std::cin >> a >> b;
  std::cout << {sum} << '\\n';
}
""",
    header=c.SKELETON.header,
    answer=c.SKELETON.answer,
    harness=c.SKELETON.harness,
    kit=c.SKELETON.kit,
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
    quiet=GCC_QUIET,
    diagnose=gcc_diagnostics,
    smoke=SourceFile(
        "main.cpp",
        b"#include <iostream>\n#include <thread>\n"
        b'int main() { std::jthread t([] { std::cout << "smoke ok\\n"; }); }\n',
    ),
    lexer="cpp",
    editor_mode="cpp",
    suspicions=OF_CPP,
    skeleton=_SKELETON,
)
