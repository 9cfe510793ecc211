"""`judge verify`: a package's validators, time limit and submissions, and what each must earn."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.console import (
    EXIT_MISMATCH,
    EXIT_UNREADABLE,
    err,
    fail,
    faults_explained,
    out,
    target_option,
)
from cli.local import local_slots
from judge.benchmark import wilson_interval
from judge.errors import PackageFault
from judge.targets import TARGETS, TargetId
from judge.values import Judgement, Limits
from judge.verdicts import TEXTS, Verdict
from problems import BANK
from problems.package import Package, load_folder
from problems.package_submissions import PackageSubmission
from problems.time_limits import MEASURED
from problems.verification import (
    Verified,
    VerifiedPackage,
    Wanted,
    counts,
    verify_package,
    with_time_limit,
)
from problems.verification_matrix import cell_of, groups_of


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
    matrix: Annotated[
        bool,
        typer.Option("--matrix", help="Every test of every submission, by groups, with times."),
    ] = False,
    slots: Annotated[
        int, typer.Option(min=1, max=64, help="Submissions judged beside each other.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Results for machines.")] = False,
) -> None:
    """Try the validators of PACKAGES, and judge every sample submission; say expected and got.

    A time limit that a package doesn't give is measured, and written into its .timelimit. Exit
    codes: 0 when all is as expected, 1 on a mismatch, 2 when a package can't be read or a program
    of it is at fault, 3 when this machine can't judge.
    """
    with faults_explained():
        loaded, unreadable = _loaded(packages or [], target)
        chosen = [
            (folder, package, _choose(package, target, only=only, quick=quick))
            for folder, package in loaded
        ]
        if loaded and not any(samples for _, _, samples in chosen):
            fail(f"no sample submission fits --only {only!r}" if only else "no sample submission")
        done = []
        if chosen:
            needs = next((package.needs for _, package, _ in chosen if package.needs), "")
            with local_slots(slots, target, needs) as lent:
                for folder, package, samples in chosen:
                    wanted = Wanted(
                        samples=tuple(samples),
                        runs=runs,
                        every_test=matrix,
                        validators=not (only or quick),
                    )
                    say = _say if not as_json else _quiet
                    done.append(verify_package(package, wanted, lent, say))
                    _keep_time_limit(folder, done[-1])
        if as_json:
            out.print_json(json.dumps([_result(v, one) for v in done for one in v.submissions]))
        elif done:
            _print(done, matrix=matrix)
        _tell_faults(done, unreadable)
        at_fault = unreadable or any(
            v.broken or any(Verdict.JUDGE_ERROR in one.got for one in v.submissions) for v in done
        )
        if at_fault:
            raise typer.Exit(EXIT_UNREADABLE)
        right = all(one.as_expected for v in done for one in v.submissions)
        if not right or any(v.faults for v in done):
            raise typer.Exit(EXIT_MISMATCH)


def _say(line: str) -> None:
    err.print(line, markup=False, highlight=False)


def _quiet(_line: str) -> None:
    return


def _keep_time_limit(folder: Path, done: VerifiedPackage) -> None:
    if done.time_limit_s is None:
        return
    place = folder / MEASURED
    try:
        place.write_text(f"{done.time_limit_s:g}\n")
        done.notes.append(f"the time limit is in {place} now, and part of the package's version")
    except OSError as error:
        done.faults.append(f"{place} could not be written: {error.strerror}")


def _loaded(
    folders: list[Path], target: str
) -> tuple[list[tuple[Path, Package]], list[PackageFault]]:
    """Those that are judged on the target, and what can't be read.

    It is an error to name one that is judged elsewhere.
    """
    found: list[tuple[Path, Package]] = []
    unreadable: list[PackageFault] = []
    for path in folders or bank_folders():
        try:
            found.append((path, load_folder(path)))
        except PackageFault as fault:
            at = path if Path(fault.place) == path else path / fault.place
            unreadable.append(PackageFault(str(at), fault.message))
    for _, package in found:
        if folders and target not in package.targets:
            fail(
                f"{package.problem.slug} is not judged on {target}, but on "
                f"{', '.join(package.targets)} (--target)"
            )
    fitting = [one for one in found if target in one[1].targets]
    if not folders:
        for _, package in (one for one in fitting if one[1].needs):
            slug = package.problem.slug
            err.print(f"! {slug} is left out: it needs a {package.needs}; name it to verify it")
        fitting = [one for one in fitting if not one[1].needs]
    if not fitting and not unreadable:
        fail(f"no problem of the bank is judged on {target} (--target)")
    return fitting, unreadable


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


def _result(done: VerifiedPackage, one: Verified) -> dict[str, Any]:
    runs = sum(one.got.values())
    last = one.judgement
    ratio = last.ratio if last else None
    return {
        "package": done.package.problem.slug,
        "submission": one.sample.name,
        "language": one.sample.submission.language,
        "expected": sorted(one.sample.expected),
        "got": one.got,
        "as_expected": one.as_expected,
        "unmet": one.unmet,
        "runs": runs,
        "share": one.right / runs,
        "share_interval": [round(bound, 4) for bound in wilson_interval(one.right, runs)],
        "score": last.score if last else None,
        "points": {group.name: group.points for group in last.points} if last else {},
        "ratio": round(ratio.estimate, 3) if ratio else None,
        "ratio_interval": [round(ratio.low, 3), round(ratio.high, 3)] if ratio else None,
        "counters": {reading.name: reading.value for reading in last.counters} if last else {},
        "witness": last.witness.sentence_en if last and last.witness else None,
        "note": _note(last) if last else "",
        "seconds": round(one.seconds, 2),
    }


def _note(judgement: Judgement) -> str:
    failed = [test for test in judgement.tests if test.verdict is judgement.verdict]
    if failed:
        return f"{failed[0].name}: {failed[0].note}"[:300]
    return "" if all(build.ok for build in judgement.builds) else judgement.builds[0].output[:300]


def _share(result: dict[str, Any]) -> str:
    """For repeated runs: how often it was as expected, with the interval that allows."""
    if result["runs"] == 1:
        return ""
    low, high = result["share_interval"]
    return f" · {result['share']:.1%} as expected ({low:.1%}-{high:.1%})"


def _print(done: list[VerifiedPackage], *, matrix: bool) -> None:
    if matrix:
        for verification in done:
            out.print(_matrix(verification))
            out.print(_MATRIX_WORDS)
    table = Table("", "submission", "expected", "got", "score", "ratio", "s", box=None)
    results = [(v, one, _result(v, one)) for v in done for one in v.submissions]
    for v, one, result in results:
        ratio = ""
        if result["ratio"] is not None:
            low, high = result["ratio_interval"]
            ratio = f"{result['ratio']}× ({low}-{high})"
        for name, value in result["counters"].items():
            ratio += f" {name} {value:g}"
        table.add_row(
            "✓" if result["as_expected"] else "✕",
            f"{result['package']}/{result['submission']}",
            one.sample.wanted(result["expected"]),
            counts(one.got) + _share(result),
            _score(one, v),
            ratio.strip(),
            str(result["seconds"]),
        )
    out.print(table)
    wrong = [(one, result) for _, one, result in results if not one.as_expected]
    for one, result in wrong:
        words = f"✕ {result['package']}/{one.sample.name}: {one.unmet}"
        out.print(words, markup=False, highlight=False)
        failed = [
            build for build in (one.judgement.builds if one.judgement else ()) if not build.ok
        ]
        if failed:
            out.print(f"    {failed[0].output[:300]}", markup=False, highlight=False)
    out.print(f"{len(results)} submissions, {len(wrong)} not as expected")


def _score(one: Verified, verification: VerifiedPackage) -> str:
    """Points, where a problem has any: with a bar on performance, or by groups."""
    problem = verification.package.problem
    if one.judgement is None or (problem.benchmark is None and problem.points is None):
        return ""
    return str(one.judgement.score)


_MATRIX_WORDS = (
    "Each cell: verdict, and CPU time in s of the slowest test. ~ is between half of the time "
    "limit and twice it, or over half of the memory."
)


def _matrix(done: VerifiedPackage) -> Table:
    """Submissions by groups of tests."""
    limit_s = done.judged_with_s
    problem = with_time_limit(done.package.problem, limit_s)
    columns = groups_of(problem)
    table = Table(f"{done.package.problem.slug} ({limit_s:g} s)", *columns, "all", box=None)
    for one in done.submissions:
        cells = [_cell(one, group, problem.limits) for group in columns]
        table.add_row(one.sample.name, *cells, counts(one.got))
    return table


def _cell(one: Verified, group: str, limits: Limits) -> str:
    cell = cell_of(one.judgement, group, limits) if one.judgement is not None else None
    if cell is None:
        return "–"
    code = TEXTS[cell.verdict].code
    if cell.verdict is Verdict.TIME_LIMIT and cell.cpu_ms < limits.cpu_ms:
        return f"{code} {cell.wall_ms / 1000:.2f} by the clock"
    return f"{code} {cell.cpu_ms / 1000:.2f}{' ~' if cell.near else ''}"


def _tell_faults(done: list[VerifiedPackage], unreadable: list[PackageFault]) -> None:
    for verification in done:
        slug = verification.package.problem.slug
        for note in verification.notes:
            err.print(f"{slug}: {note}", markup=False, highlight=False, soft_wrap=True)
        for fault in verification.faults:
            err.print(f"✕ {slug}: {fault}", markup=False, highlight=False, soft_wrap=True)
    for unread in unreadable:
        err.print(f"✕ {unread}", markup=False, highlight=False, soft_wrap=True)
