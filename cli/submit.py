"""`judge submit`: judge a file in local Docker, with no server."""

import dataclasses
import json
from pathlib import Path
from typing import Annotated, Any, Self

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from cli.console import EXIT_MISMATCH, err, fail, faults_explained, out, target_option
from cli.local import local_slot
from judge.errors import PackageFault
from judge.events import Event, Stage
from judge.judging import judge_conclusively
from judge.languages import LANGUAGES, language_of_file
from judge.runner import JUDGEMENT
from judge.targets import TARGETS, Target
from judge.task import Task
from judge.values import Judgement, Problem, SourceFile, Submission, Testcase
from judge.verdicts import TEXTS, Verdict
from problems import BANK
from problems.package import Package, load_folder

BYTES_MAX = 1024 * 1024


def submit(
    problem: Annotated[str, typer.Argument(help="A problem of the bank, or a package's folder.")],
    file: Annotated[Path, typer.Argument(help="Your answer.")],
    language: Annotated[str, typer.Option(help="If the file's ending doesn't tell.")] = "",
    target: Annotated[
        str, typer.Option(callback=target_option, help="linux, windows-wine; the first by default.")
    ] = "",
    samples: Annotated[bool, typer.Option("--samples", help="Only the samples.")] = False,
    replay: Annotated[
        Path | None, typer.Option("--input", help="Only this input, as a submission's page gives.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The judgement for machines.")] = False,
) -> None:
    """Judge FILE for PROBLEM here, in Docker.

    Exit codes: 0 accepted, 1 any other verdict, 2 bad input, 3 this machine can't judge.
    """
    with faults_explained():
        package = find_package(problem)
        chosen = _target(package, target)
        submission = _submission(package, file, language, TARGETS[chosen])
        judged_by = package.problem if replay is None else replaying(package.problem, replay)
        with local_slot(chosen, package.needs) as slot, _Watch(quiet=as_json) as watch:
            judgement = judge_conclusively(
                Task(
                    submission=submission,
                    problem=judged_by,
                    slot=slot,
                    report=watch.report,
                    samples_only=samples,
                )
            )
        if as_json:
            out.print_json(json.dumps(JUDGEMENT.dump_python(judgement, mode="json")))
        else:
            show(judgement)
        if judgement.verdict is not Verdict.ACCEPTED:
            raise typer.Exit(EXIT_MISMATCH)


def replaying(problem: Problem, file: Path) -> Problem:
    """The problem with one testcase: the input in `file`, judged as fresh in every build."""
    if not problem.replayable:
        fail(f"--input: {problem.slug} compares with fixed answers, and {file} has none")
    case = Testcase(
        name=file.name, group="replay", input=_read(file), fresh=True, builds=problem.builds
    )
    return dataclasses.replace(
        problem,
        testcases=(case,),
        fresh=(),
        generator=None,
        benchmark=None,
        counters=(),
        points=None,
    )


def find_package(name: str) -> Package:
    """A package by its folder or by its name in the bank. Raises PackageFault naming the known."""
    folder = Path(name)
    if (folder / "problem.yaml").is_file():
        return load_folder(folder)
    if (BANK / name / "problem.yaml").is_file():
        return load_folder(BANK / name)
    known = ", ".join(sorted(path.parent.name for path in BANK.glob("*/problem.yaml")))
    raise PackageFault(name, f"is neither a package's folder nor a problem of the bank ({known})")


def _target(package: Package, wanted: str) -> str:
    """The one asked for, or the problem's first. Bad input: one that the problem does not have."""
    declared = [target.value for target in package.targets]
    if wanted and wanted not in declared:
        fail(
            f"--target {wanted}: {package.problem.slug} is judged on {', '.join(declared)} "
            "(targets in its systems.yaml)"
        )
    return wanted or declared[0]


def _submission(package: Package, file: Path, language_id: str, target: Target) -> Submission:
    content = _read(file)
    guessed = language_of_file(file.name)
    wanted = language_id or (guessed.id if guessed else "")
    offered = package.problem.languages
    if wanted not in offered:
        fail(
            f"{file.name}: language {wanted or 'unknown'} is not offered for "
            f"{package.problem.slug}; offered are {', '.join(offered)} (--language)"
        )
    if wanted not in target.languages:
        fail(f"{target.name} offers {', '.join(target.languages)}, not {wanted} (--target)")
    name = LANGUAGES[wanted].answer_file(package.problem.solution_name)
    return Submission(
        problem=package.problem.slug, language=wanted, files=(SourceFile(name, content),)
    )


def _read(file: Path) -> bytes:
    if not file.is_file():
        fail(f"{file} is not a file")
    content = file.read_bytes()
    if not content.strip():
        fail(f"{file} is empty")
    if len(content) > BYTES_MAX:
        fail(f"{file} has {len(content)} bytes; at most {BYTES_MAX} are judged")
    return content


class _Watch:
    """Live progress on the terminal; nothing where nobody watches."""

    def __init__(self, *, quiet: bool) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            console=err,
            disable=quiet or not err.is_terminal,
            transient=True,
        )
        self._tasks: dict[Stage, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def report(self, event: Event) -> None:
        if event.stage not in self._tasks:
            self._tasks[event.stage] = self._progress.add_task(event.stage.value, total=event.total)
        self._progress.update(self._tasks[event.stage], completed=event.done, total=event.total)


def show(judgement: Judgement) -> None:
    """A judgement for a terminal: headline, witness, performance, tests."""
    text = TEXTS[judgement.verdict]
    close = " (too close to call; counted for you)" if judgement.too_close else ""
    out.print(f"\n[bold]{text.icon} {text.code}  {text.name_en}[/bold]{close}   {text.advice_en}")
    for build in judgement.builds:
        if not build.ok:
            out.print(build.output, markup=False)
    witness = judgement.witness
    if witness is not None:
        out.print(f"  {witness.sentence_en}", markup=False)
        for number, step in enumerate(witness.steps):
            mark = "→" if number in witness.failing else " "
            out.print(f"  {mark} {number + 1:3}. {step}", markup=False)
        if witness.input:
            out.print(f"  smallest input found:\n{witness.input}", markup=False)
        elif witness.report:
            out.print(witness.report, markup=False)
    _show_performance(judgement)
    _show_tests(judgement)
    out.print(f"score {judgement.score}")


def _show_performance(judgement: Judgement) -> None:
    if judgement.ratio is not None:
        ratio = judgement.ratio
        out.print(
            f"  {ratio.estimate:.2f}× the reference ({ratio.low:.2f}-{ratio.high:.2f}) · "
            f"limit {ratio.limit:.2f}× · {ratio.rounds} rounds"
        )
    if judgement.growth is not None:
        grown = judgement.growth
        out.print(
            f"  grows like {grown.fitted} (exponent {grown.exponent:.2f}); "
            f"expected {grown.expected}"
        )
    for group in judgement.points:
        out.print(f"  {group.name}: {group.points:g} of {group.max_points:g} points")
    for reading in judgement.counters:
        out.print(f"  {reading.name}: {reading.value:g} · limit {reading.limit:g}")


def _show_tests(judgement: Judgement) -> None:
    table = Table("#", "test", "build", "verdict", "CPU ms", "MiB", "note", box=None)
    for number, test in enumerate(judgement.tests, start=1):
        row: list[Any] = [
            number,
            test.name,
            test.build.value,
            TEXTS[test.verdict].name_en,
            f"{test.cpu_ms:.1f}",
            f"{test.memory_bytes_peak / 1048576:.1f}",
            test.note[:80],
        ]
        table.add_row(*(str(value).replace("[", r"\[") for value in row))
    out.print(table)
