"""Rust (edition 2021) by Debian's rustc; no crates.

Debian's rustc ships no sanitizer runtimes, so there is the plain build only.
"""

import re

from judge.languages.base import (
    OUTPUT,
    BuildPlan,
    FileNames,
    Language,
    Skeleton,
    names_check,
)
from judge.languages.suspicions import OF_RUST
from judge.values import BuildKind, Diagnostic, Rules, SourceFile

_DIAGNOSTIC = re.compile(
    r"^(?P<severity>error|warning)(?:\[\w+\])?: (?P<message>.*)\n"
    r"\s*--> (?P<file>[^\s:]+):(?P<line>\d+):(?P<column>\d+)",
    re.MULTILINE,
)


def _plan(own: FileNames, given: FileNames, kind: BuildKind, rules: Rules) -> BuildPlan:
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
    plan=_plan,
    run=("{directory}/program",),
    entry_names=("main.rs",),
    quiet=("--cap-lints", "allow"),
    diagnose=_diagnose,
    smoke=SourceFile("main.rs", b'fn main() { println!("smoke ok"); }\n'),
    lexer="rust",
    editor_mode="rust",
    suspicions=OF_RUST,
    skeleton=Skeleton(
        program="""fn main() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    let n: Vec<i64> = line.split_whitespace().map(|w| w.parse().unwrap()).collect();
    let (a, b) = (n[0], n[1]);
    println!("{}", {sum});
}
""",
        answer="pub fn add(a: i64, b: i64) -> i64 {\n    {sum}\n}\n",
        harness="""mod conducted;
mod solution;

fn main() {
    conducted::run(|call| {
        let (a, b) = (call.a as i64, call.b as i64);
        let sum = conducted::answer(move || solution::add(a, b));
        conducted::Reply { value: sum as u64, ..Default::default() }
    });
}
""",
        kit="conducted.rs",
        harness_stem="main",
    ),
)
