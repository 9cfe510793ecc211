"""Rust (edition 2021) by Debian's rustc; no crates.

Debian's rustc ships no sanitizer runtimes, so there is the plain build only.
"""

import re

from judge.languages.base import OUTPUT, BuildPlan, Language, Names, names_check
from judge.values import BuildKind, Diagnostic, Rules, SourceFile

_DIAGNOSTIC = re.compile(
    r"^(?P<severity>error|warning)(?:\[\w+\])?: (?P<message>.*)\n"
    r"\s*--> (?P<file>[^\s:]+):(?P<line>\d+):(?P<column>\d+)",
    re.MULTILINE,
)


def _plan(own: Names, given: Names, kind: BuildKind, rules: Rules) -> BuildPlan:
    output = f"{OUTPUT}-{kind}"
    rustc = (
        "/usr/bin/rustc",
        "--edition=2021",
        "-O",
        "-Cstrip=debuginfo",  # of the standard library: nothing is left to read it
        "-Clink-arg=-fuse-ld=mold",
        "--color=never",
        "-o",
        output,
        RUST.entry((*own, *given)),
    )
    checked = bool(given) or not rules.own_allocator
    commands = (rustc, names_check((output,), None, rules)) if checked else (rustc,)
    return BuildPlan(commands=commands, output=output)


def _diagnose(output: str) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(
            file=match["file"].rsplit("/", 1)[-1],
            line=int(match["line"]),
            column=int(match["column"]),
            severity=match["severity"],
            message=match["message"],
        )
        for match in _DIAGNOSTIC.finditer(output)
    )


RUST = Language(
    id="rust",
    name="Rust 2021",
    extensions=("rs",),
    build_kinds=(BuildKind.PLAIN,),
    plan=_plan,
    run=("{directory}/program",),
    entry_names=("main.rs",),
    diagnose=_diagnose,
    smoke=SourceFile("main.rs", b'fn main() { println!("smoke ok"); }\n'),
)
