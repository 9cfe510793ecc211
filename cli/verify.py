"""`judge verify`: a package's own submissions, each judged and compared with what it must earn."""

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.console import EXIT_MISMATCH, err, fail, faults_explained, out, target_option
from cli.local import judge_conclusively, local_slot
from judge.benchmark import wilson_interval
from judge.errors import JudgeProgramFault, PackageFault
from judge.events import Event
from judge.targets import TARGETS, TargetId
from judge.task import TargetSlot, Task
from judge.values import Judgement
from problems import BANK
from problems.package import Package, load_folder
from problems.package_submissions import PackageSubmission


def verify(
    packages: Annotated[
        list[Path] | None, typer.Argument(help="Folders with problem.yaml; the bank's if none.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="One submission a language and folder only.")
    ] = False,
    only: Annotated[str, typer.Option(help="Submissions whose name contains this.")] = "",
    target: Annotated[
        str, typer.Option(callback=target_option, help="Packages that name it; linux by default.")
    ] = TargetId.LINUX.value,
    runs: Annotated[int, typer.Option(min=1, max=1000, help="Judge each this often.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Results for machines.")] = False,
) -> None:
    """Judge every sample submission of PACKAGES; say expected and got.

    Exit codes: 0 when each got what was expected, 1 on a mismatch, 2 when a package can't be
    read, 3 when this machine can't judge.
    """
    with faults_explained():
        loaded = _loaded(packages or [], target)
        chosen = [(package, _choose(package, target, only=only, quick=quick)) for package in loaded]
        if not any(samples for _, samples in chosen):
            fail(f"no sample submission fits --only {only!r}" if only else "no sample submission")
        needs = next((package.needs for package, _ in chosen if package.needs), "")
        with local_slot(target, needs) as slot:
            results = [
                _verify_one(package, sample, slot, runs=runs, quiet=as_json)
                for package, samples in chosen
                for sample in samples
            ]
        if as_json:
            out.print_json(json.dumps(results))
        else:
            _print_table(results)
        if not all(result["as_expected"] for result in results):
            raise typer.Exit(EXIT_MISMATCH)


def _loaded(folders: list[Path], target: str) -> list[Package]:
    """Those that are judged on the target; it is an error to name one that isn't."""
    found = [load_folder(path) for path in folders or bank_folders()]
    for package in found:
        if folders and target not in package.targets:
            fail(
                f"{package.problem.slug} is not judged on {target}, but on "
                f"{', '.join(package.targets)} (--target)"
            )
    fitting = [package for package in found if target in package.targets]
    if not folders:
        for package in (one for one in fitting if one.needs):
            slug = package.problem.slug
            err.print(f"! {slug} is left out: it needs a {package.needs}; name it to verify it")
        fitting = [package for package in fitting if not package.needs]
    if not fitting:
        fail(f"no problem of the bank is judged on {target} (--target)")
    return fitting


def bank_folders() -> list[Path]:
    return sorted(path.parent for path in BANK.glob("*/problem.yaml"))


def _choose(package: Package, target: str, *, only: str, quick: bool) -> list[PackageSubmission]:
    offered = TARGETS[target].languages
    fitting = [
        sample
        for sample in package.submissions
        if only in sample.name and sample.submission.language in offered
    ]
    if not quick:
        return fitting
    seen: dict[tuple[str, str], PackageSubmission] = {}
    for sample in fitting:
        seen.setdefault((sample.name.split("/")[0], sample.submission.language), sample)
    return list(seen.values())


def _verify_one(
    package: Package, sample: PackageSubmission, slot: TargetSlot, *, runs: int, quiet: bool
) -> dict[str, Any]:
    expected = sample.expected_for(slot.sandbox.target.id)
    started = time.monotonic()
    got: dict[str, int] = {}
    last: Judgement | None = None
    for _ in range(runs):
        task = Task(
            submission=sample.submission,
            problem=package.problem,
            slot=slot,
            report=_silent,
        )
        try:
            last = judge_conclusively(task)
        except JudgeProgramFault as fault:
            raise PackageFault(f"{package.problem.slug}/{sample.name}", str(fault)) from fault
        got[last.verdict] = got.get(last.verdict, 0) + 1
    assert last is not None
    right = sum(count for verdict, count in got.items() if verdict in expected)
    if not quiet:
        mark = "[green]✓[/green]" if right == runs else "[red]✕[/red]"
        err.print(f"{mark} {package.problem.slug}/{sample.name}: {_counts(got)}")
    return {
        "package": package.problem.slug,
        "submission": sample.name,
        "language": sample.submission.language,
        "expected": sorted(expected),
        "got": got,
        "as_expected": right == runs,
        "runs": runs,
        "share": right / runs,
        "share_interval": [round(bound, 4) for bound in wilson_interval(right, runs)],
        "score": last.score,
        "ratio": round(last.ratio.estimate, 3) if last.ratio else None,
        "ratio_interval": [round(last.ratio.low, 3), round(last.ratio.high, 3)]
        if last.ratio
        else None,
        "counters": {reading.name: reading.value for reading in last.counters},
        "witness": last.witness.sentence_en if last.witness else None,
        "note": _note(last),
        "seconds": round(time.monotonic() - started, 2),
    }


def _silent(_event: Event) -> None:
    return


def _note(judgement: Judgement) -> str:
    failed = [test for test in judgement.tests if test.verdict is judgement.verdict]
    if failed:
        return f"{failed[0].name}: {failed[0].note}"[:300]
    return "" if all(build.ok for build in judgement.builds) else judgement.builds[0].output[:300]


def _counts(got: dict[str, int]) -> str:
    return ", ".join(
        verdict if count == 1 else f"{verdict} ×{count}" for verdict, count in got.items()
    )


def _share(result: dict[str, Any]) -> str:
    """For repeated runs: how often it was as expected, with the interval that allows."""
    if result["runs"] == 1:
        return ""
    low, high = result["share_interval"]
    return f" · {result['share']:.1%} as expected ({low:.1%}-{high:.1%})"


def _print_table(results: list[dict[str, Any]]) -> None:
    table = Table("", "submission", "expected", "got", "score", "ratio", "s", box=None)
    for result in results:
        ratio = ""
        if result["ratio"] is not None:
            low, high = result["ratio_interval"]
            ratio = f"{result['ratio']}× ({low}-{high})"
        for name, value in result["counters"].items():
            ratio += f" {name} {value:g}"
        table.add_row(
            "✓" if result["as_expected"] else "✕",
            f"{result['package']}/{result['submission']}",
            " or ".join(result["expected"]) if len(result["expected"]) < 6 else "any fault",  # noqa: PLR2004
            _counts(result["got"]) + _share(result),
            str(result["score"]),
            ratio.strip(),
            str(result["seconds"]),
        )
    out.print(table)
    wrong = sum(not result["as_expected"] for result in results)
    out.print(f"{len(results)} submissions, {wrong} not as expected")
