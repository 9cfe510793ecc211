"""C++20 by g++."""

from judge.languages.base import Language, gcc_diagnostics, gcc_plan
from judge.values import BuildKind, SourceFile

CPP = Language(
    id="cpp",
    name="C++20",
    extensions=("cpp", "cc", "cxx", "c++"),
    build_kinds=tuple(BuildKind),
    plan=gcc_plan("/usr/bin/g++", "gnu++20", ("cpp", "cc", "cxx", "c++")),
    run=("{directory}/program",),
    entry_names=("main.cpp", "main.cc"),
    diagnose=gcc_diagnostics,
    smoke=SourceFile(
        "main.cpp",
        b"#include <iostream>\n#include <thread>\n"
        b'int main() { std::jthread t([] { std::cout << "smoke ok\\n"; }); }\n',
    ),
)
