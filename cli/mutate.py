"""`judge mutate`: how good a package's tests are, by small faults in its right answers."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from cli.console import EXIT_MISMATCH, err, fail, faults_explained, out, target_option
from cli.local import local_slots
from judge.mutation import Mutant, sample
from judge.targets import TargetId
from problems.mutation import (
    MARKS,
    Fate,
    MutantOutcome,
    all_mutants,
    judge_mutants,
    marked_equivalent,
    score_of,
)
from problems.package import Package, load_folder

_SHOWN = {"+": "green", "-": "red", "@": "dim"}


def mutate(
    package: Annotated[Path, typer.Argument(help="A folder with problem.yaml.")],
    count: Annotated[
        int, typer.Option("--sample", min=0, help="So many, by chance; 0 for all.")
    ] = 100,
    seed: Annotated[int, typer.Option(help="Of the choice; the same seed, the same mutants.")] = 0,
    only: Annotated[str, typer.Option(help="Answers whose name contains this.")] = "",
    mutant: Annotated[
        list[str] | None, typer.Option(help="These alone, by name; repeatable.")
    ] = None,
    least: Annotated[
        float, typer.Option(min=0, max=1, help="Exit with 1 below this mutation score.")
    ] = 0.0,
    slots: Annotated[int, typer.Option(min=1, max=64, help="Judged beside each other.")] = 1,
    target: Annotated[
        str, typer.Option(callback=target_option, help="Where they are judged.")
    ] = TargetId.LINUX.value,
    results: Annotated[
        Path | None, typer.Option("--json", help="Write every mutant and its fate here.")
    ] = None,
) -> None:
    """Put small faults into the right answers of PACKAGE, and see which its tests notice.

    Prints the survivors as diffs, and the mutation score with its interval. A survivor that is no
    fault is marked in the package's mutants.yaml, with the reason; of another a test is to be made.
    """
    with faults_explained():
        loaded = load_folder(package)
        chosen = _chosen(loaded, only, mutant or [], count, seed)
        with local_slots(slots, target, loaded.needs) as lent:
            outcomes = judge_mutants(loaded, chosen, lent, _Progress(len(chosen)).say)
        _print(loaded, outcomes)
        if results is not None:
            _write(results, outcomes)
        share = score_of(outcomes).share
        if share is not None and share < least:
            raise typer.Exit(EXIT_MISMATCH)


def _chosen(package: Package, only: str, names: list[str], count: int, seed: int) -> list[Mutant]:
    found = [one for one in all_mutants(package) if only in one.answer]
    if not found:
        fail(f"--only {only!r}: no right answer's name contains it" if only else "no right answer")
    unknown = set(names) - {one.id for one in found}
    if unknown:
        fail(
            f"--mutant {min(unknown)}: there is no such mutant; names are those that mutate prints"
        )
    if names:
        return [one for one in found if one.id in names]
    stale = set(marked_equivalent(package)) - {one.id for one in all_mutants(package)}
    for name in sorted(stale):
        err.print(f"! {MARKS} marks {name}, which no answer has any more; remove it")
    return sample(found, count or len(found), seed)


class _Progress:
    """A line a mutant that was judged, so that who waits sees it go on."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def say(self, outcome: MutantOutcome) -> None:
        self._done += 1
        one = outcome.mutant
        err.print(
            f"{self._done}/{self._total} {one.id} {one.answer}:{one.line} {one.operator}: "
            f"{outcome.fate} {outcome.by}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def _print(package: Package, outcomes: list[MutantOutcome]) -> None:
    for outcome in outcomes:
        if outcome.fate is not Fate.SURVIVED:
            continue
        one = outcome.mutant
        out.print(f"\n[bold]{one.id}[/bold] {escape(one.answer)}:{one.line} {one.operator}")
        for line in one.diff:
            style = _SHOWN.get(line[:1], "")
            out.print(f"  {escape(line)}", style=style, highlight=False)
    fates = {fate: sum(one.fate is fate for one in outcomes) for fate in Fate}
    told = ", ".join(f"{count} {fate}" for fate, count in fates.items() if count)
    out.print(f"\n{package.problem.slug}: {len(outcomes)} mutants: {told}")
    score = score_of(outcomes)
    if score.share is not None and score.interval is not None:
        low, high = score.interval
        out.print(f"mutation score {score.share:.1%} ({low:.1%}-{high:.1%})")


def _write(place: Path, outcomes: list[MutantOutcome]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": outcome.mutant.id,
            "answer": outcome.mutant.answer,
            "file": outcome.mutant.file,
            "line": outcome.mutant.line,
            "operator": outcome.mutant.operator,
            "fate": outcome.fate,
            "by": outcome.by,
            "diff": list(outcome.mutant.diff),
        }
        for outcome in outcomes
    ]
    try:
        place.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        fail(f"{place} can't be written: {error.strerror}")
