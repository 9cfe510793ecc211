"""What shortens the wait for a build, and by how much, in one run.

    .venv/bin/python benchmarks/compiling.py [ROUNDS]

Each program is built in a compile container in several ways, interleaved; the first of each group
is how the judge builds. Medians in ms, and the ratio to that.
"""

import os
import statistics
import sys
from contextlib import closing

from cli.submit import find_package
from judge.building.package_programs import PackagePrograms
from judge.languages import LANGUAGES
from judge.languages.base import ENVIRONMENT, SOURCE_DIRECTORY
from judge.sandbox import Box, Command, User
from judge.values import COMPILATION_LIMITS, BuildKind, Rules, SourceFile
from sandboxes import containers
from sandboxes.pool import Pool
from sandboxes.slots import cpusets

BITS = b"""#include <bits/stdc++.h>
using namespace std;
int main() {
  map<string, vector<int>> m;
  string s;
  while (cin >> s) m[s].push_back(s.size());
  for (auto &[k, v] : m) cout << k << v.size() << endl;
}
"""
STREAMS = BITS.replace(
    b"#include <bits/stdc++.h>",
    b"#include <iostream>\n#include <map>\n#include <string>\n#include <vector>",
)
Commands = tuple[tuple[str, ...], ...]
Group = tuple[tuple[SourceFile, ...], dict[str, Commands]]


def changed(
    commands: Commands, *, drop: tuple[str, ...] = (), add: tuple[str, ...] = ()
) -> Commands:
    """The compiler's commands without some words and with others."""
    return tuple(
        (*(word for word in one if word not in drop), *add) if one[0].startswith("/usr") else one
        for one in commands
    )


def plan(language: str, kind: BuildKind, own: str, given: tuple[str, ...] = ()) -> Commands:
    return LANGUAGES[language].plan((own,), given, kind, Rules()).commands


def ways(pool: Pool) -> dict[str, Group]:
    """Groups: their files, and commands by the name of the way."""
    parsed, mold = "-I/usr/local/lib/judge/parsed", "-fuse-ld=mold"
    groups: dict[str, Group] = {}
    for name, source in (("bits.cpp", BITS), ("streams.cpp", STREAMS)):
        base = plan("cpp", BuildKind.PLAIN, name)
        groups[f"C++, plain: {name}"] = (
            (SourceFile(name, source),),
            {
                "as the judge does": base,
                "header not parsed beforehand": changed(base, drop=(parsed,)),
                "GNU ld, not mold": changed(base, drop=(mold,)),
                "with -g1": changed(base, add=("-g1",)),
                "with -pipe": changed(base, add=("-pipe",)),
                "linked dynamically": changed(base, drop=("-static",)),
            },
        )
    package = find_package("bounded-queue")
    answer = next(s for s in package.submissions if s.name == "accepted/ok.cpp")
    includes = package.problem.includes["cpp"]
    for kind in BuildKind:
        given = PackagePrograms(pool).linkable("cpp", includes, kind)
        own = SourceFile("answer.cpp", answer.submission.files[0].content)
        names = tuple(file.name for file in given)
        together = LANGUAGES["cpp"].plan(("answer.cpp", "harness.cpp"), (), kind, Rules()).commands
        base = plan("cpp", kind, "answer.cpp", names)
        groups[f"C++, {kind}: bounded-queue"] = (
            (own, *includes, *given),
            {
                "as the judge does": base,
                "harness compiled each time": together,
                "GNU ld, not mold": changed(base, drop=(mold,)),
            },
        )
    rust = next(s for s in package.submissions if s.name == "accepted/ok.rs")
    base = plan("rust", BuildKind.PLAIN, "solution.rs", ("main.rs",))
    groups["Rust: bounded-queue"] = (
        (
            SourceFile("solution.rs", rust.submission.files[0].content),
            *package.problem.includes["rust"],
        ),
        {
            "as the judge does": base,
            "GNU ld, not mold": changed(base, drop=("-Clink-arg=-fuse-ld=mold",)),
            "2 codegen units": changed(base, add=("-Ccodegen-units=2",)),
            "1 codegen unit": changed(base, add=("-Ccodegen-units=1",)),
            "with debuginfo": changed(base, add=("-Cdebuginfo=1",)),
            "standard library linked dynamically": changed(base, add=("-Cprefer-dynamic",)),
        },
    )
    return groups


def once(box: Box, commands: Commands) -> float:
    """Wall ms of one build."""
    total_ns = 0
    for arguments in commands:
        command = Command(
            arguments=arguments,
            user=User.CANDIDATE,
            environment=ENVIRONMENT,
            directory=SOURCE_DIRECTORY,
        )
        done = box.run(command, COMPILATION_LIMITS)
        assert done.clean, (arguments, done.stderr[-800:])
        total_ns += done.measurement.wall_ns
    return total_ns / 1e6


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with closing(containers.connect()) as client:
        pool = Pool(client, cpus=cpusets(1)[0], owner=f"benchmark-{os.getpid()}")
        try:
            for title, (files, variants) in ways(pool).items():
                times: dict[str, list[float]] = {name: [] for name in variants}
                with pool.compile_box() as box:
                    for file in files:
                        box.put(
                            f"{SOURCE_DIRECTORY}/{file.name}", file.content, user=User.CANDIDATE
                        )
                    for _ in range(rounds):
                        for name, commands in variants.items():
                            times[name].append(once(box, commands))
                ours = statistics.median(next(iter(times.values())))
                print(title)
                for name, values in times.items():
                    median = statistics.median(values)
                    print(f"  {name:38}{median:8.0f} ms{median / ours:8.2f}")
        finally:
            pool.close()


main()
