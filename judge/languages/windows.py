"""All four languages for Windows: real Windows binaries, compiled on Linux.

C and C++ by mingw-w64 with the universal C runtime, as Windows has it; all else is linked in. Rust
by Debian's rustc, its standard library built for Windows. CPython is the one that python.org builds
for Windows.
"""

import dataclasses

from judge.languages import c, cpp, python3, rust
from judge.languages.base import (
    OUTPUT,
    Arguments,
    BuildPlan,
    FileNames,
    Language,
    gcc_planners,
    names_check,
)
from judge.values import BuildKind, Rules, SourceFile

_CROSS = "/usr/bin/x86_64-w64-mingw32ucrt-"
_STACK = "-Wl,--stack,67108864"
"""A stack of 64 MiB, as on Linux; Windows reserves what the program's own head asks for."""
_LIBRARIES: Arguments = ("-lm", "-lsynchronization", "-lpsapi", "-lbcrypt", "-lws2_32")
_SMOKE_THREAD = b"static DWORD WINAPI work(LPVOID text) { puts(text); return 0; }\n"

_c_plan, _c_object = gcc_planners(
    f"{_CROSS}gcc", ("-std=gnu17", _STACK), c.C.extensions, libraries=_LIBRARIES, suffix=".exe"
)
_cpp_plan, _cpp_object = gcc_planners(
    f"{_CROSS}g++",
    ("-std=gnu++20", _STACK, "-I/usr/local/lib/judge/parsed"),
    cpp.CPP.extensions,
    libraries=_LIBRARIES,
    suffix=".exe",
)

C = dataclasses.replace(
    c.C,
    build_kinds=(BuildKind.PLAIN,),
    plan=_c_plan,
    plan_object=_c_object,
    smoke=SourceFile(
        "main.c",
        b"#include <stdio.h>\n#include <windows.h>\n" + _SMOKE_THREAD + b"int main(void) {\n"
        b'  HANDLE t = CreateThread(NULL, 0, work, "smoke ok", 0, NULL);\n'
        b"  return t == NULL || WaitForSingleObject(t, INFINITE) != WAIT_OBJECT_0;\n}\n",
    ),
)
CPP = dataclasses.replace(
    cpp.CPP, build_kinds=(BuildKind.PLAIN,), plan=_cpp_plan, plan_object=_cpp_object
)
PYTHON3 = dataclasses.replace(
    python3.PYTHON3, run=("C:/Python/python.exe", "-X", "utf8", "{directory}/{entry}")
)


def _rust_plan(own: FileNames, given: FileNames, kind: BuildKind, rules: Rules) -> BuildPlan:
    output, object_file = f"{OUTPUT}-{kind}.exe", f"{OUTPUT}.o"
    rustc = (
        "/usr/bin/rustc",
        "--edition=2021",
        "--target=x86_64-pc-windows-gnu",
        f"-Clinker={_CROSS}gcc",
        f"-Clink-arg={_STACK}",
        "-O",
        "-Cstrip=symbols",
        "--color=never",
        # The object has the answer's names alone; the program, all of what is linked into it.
        f"--emit=link={output},obj={object_file}",
        rust.RUST.entry((*own, *given)),
    )
    checked = bool(given) or not rules.own_allocator
    commands = (rustc, names_check((object_file,), None, rules)) if checked else (rustc,)
    return BuildPlan(commands=commands, output=output)


RUST = dataclasses.replace(rust.RUST, plan=_rust_plan)


_ON_WINDOWS = {
    f"{_CROSS}gcc": "C:/w64devkit/bin/gcc.exe",
    f"{_CROSS}g++": "C:/w64devkit/bin/g++.exe",
    "/bin/sh": "C:/w64devkit/bin/sh.exe",
    "/usr/bin/python3": "C:/Python/python.exe",
}
"""The same tools where Windows itself compiles: windows-native.Dockerfile."""


def _on_windows(language: Language) -> Language:
    """The language as a Windows host builds it; paths from the root mean its one drive."""

    def native(plan: BuildPlan) -> BuildPlan:
        commands = tuple(
            tuple(_ON_WINDOWS.get(word, word) for word in command) for command in plan.commands
        )
        return BuildPlan(commands=commands, output=plan.output)

    def plan(own: FileNames, given: FileNames, kind: BuildKind, rules: Rules) -> BuildPlan:
        return native(language.plan(own, given, kind, rules))

    of_object = language.plan_object
    if of_object is None:
        return dataclasses.replace(language, plan=plan)
    return dataclasses.replace(
        language, plan=plan, plan_object=lambda source, kind: native(of_object(source, kind))
    )


LANGUAGES: dict[str, Language] = {language.id: language for language in (C, CPP, RUST, PYTHON3)}
ON_WINDOWS: dict[str, Language] = {
    language.id: _on_windows(language) for language in (C, CPP, PYTHON3)
}
"""Without Rust: its installer is fetched from elsewhere than what else is built from."""
