"""The mutation score of a package: which share of small faults in its right answers tests notice.

A mutant that doesn't compile, or compiles to the very program that it was made of, tells nothing
and is thrown away. The others are judged, the plain build on all tests first, since that is the
cheapest and catches most, then as a candidate's answer would be: sanitizers, bars. What a person
has found to be no fault is in the package's mutants.yaml, by the mutant's name, with the reason.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from queue import SimpleQueue
from typing import Annotated

from pydantic import Field

from judge.benchmark import wilson_interval
from judge.building import Built, build_submission
from judge.errors import JudgeProgramFault
from judge.events import Event
from judge.judging import judge_built, judge_conclusively
from judge.mutation import Mutant, mutants_of
from judge.task import TargetSlot, Task
from judge.values import BuildKind, Judgement, Problem, SourceFile, Submission
from judge.verdicts import Verdict
from problems import schema
from problems.package import Package
from problems.package_submissions import PackageSubmission

MARKS = "mutants.yaml"
Reason = Annotated[str, Field(min_length=8, max_length=1000)]


class MutantsYaml(schema.Strict):
    """mutants.yaml: mutants that are no faults, by name, and why."""

    equivalent: dict[str, Reason] = Field(default_factory=dict)


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    EQUIVALENT = "equivalent"
    """A person has said so, and why."""
    SAME_PROGRAM = "same program"
    STILLBORN = "stillborn"
    """It does not compile."""
    UNDECIDED = "undecided"
    """This machine or a program of the package could not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantOutcome:
    """A mutant and its fate; `by` is the verdict and the test that caught it, or why not."""

    mutant: Mutant
    fate: Fate
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationScore:
    """killed / (killed + survived): those that tell nothing are in neither."""

    killed: int
    survived: int

    @property
    def share(self) -> float | None:
        counted = self.killed + self.survived
        return self.killed / counted if counted else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share, since what was judged may be a sample."""
        counted = self.killed + self.survived
        return wilson_interval(self.killed, counted) if counted else None


def score_of(outcomes: Iterable[MutantOutcome]) -> MutationScore:
    fates = [one.fate for one in outcomes]
    return MutationScore(killed=fates.count(Fate.KILLED), survived=fates.count(Fate.SURVIVED))


def marked_equivalent(package: Package) -> Mapping[str, str]:
    """Reasons by mutant. Raises PackageFault where mutants.yaml is wrong."""
    if MARKS not in package.tree:
        return {}
    return schema.parse(MutantsYaml, package.tree[MARKS], MARKS).equivalent


def right_answers(package: Package) -> list[PackageSubmission]:
    """What mutants are made of: answers that must be accepted, and nothing else."""
    return [one for one in package.submissions if one.expected == {Verdict.ACCEPTED}]


def all_mutants(package: Package) -> list[Mutant]:
    """Every mutant of every right answer."""
    return [
        mutant
        for answer in right_answers(package)
        for file in answer.submission.files
        for mutant in mutants_of(answer.name, file.name, file.content, answer.submission.language)
    ]


def judge_mutants(
    package: Package,
    mutants: Sequence[Mutant],
    slots: Sequence[TargetSlot],
    say: Callable[[MutantOutcome], None],
) -> list[MutantOutcome]:
    """The fate of each, in order, judged beside each other; `say` hears of each as it is known."""
    marks = marked_equivalent(package)
    answers = {one.name: one for one in right_answers(package)}
    idle = SimpleQueue[TargetSlot]()
    for slot in slots:
        idle.put(slot)
    originals = {
        name: _plain_program(package.problem, one.submission, slots[0])
        for name, one in answers.items()
        if any(mutant.answer == name for mutant in mutants)
    }

    def fate_of(mutant: Mutant) -> MutantOutcome:
        if mutant.id in marks:
            outcome = MutantOutcome(mutant=mutant, fate=Fate.EQUIVALENT, by=marks[mutant.id])
        else:
            slot = idle.get()
            try:
                answer = answers[mutant.answer].submission
                outcome = judge_mutant(
                    package.problem, answer, mutant, originals[mutant.answer], slot
                )
            finally:
                idle.put(slot)
        say(outcome)
        return outcome

    beside = ThreadPoolExecutor(len(slots))
    try:
        return list(beside.map(fate_of, mutants))
    finally:
        beside.shutdown(wait=False, cancel_futures=True)


def judge_mutant(
    problem: Problem,
    answer: Submission,
    mutant: Mutant,
    original: tuple[Built, ...],
    slot: TargetSlot,
) -> MutantOutcome:
    """The fate of one; `original` is the plain build of the answer that it was made of."""
    changed = tuple(
        SourceFile(file.name, mutant.source) if file.name == mutant.file else file
        for file in answer.files
    )
    submission = dataclasses.replace(answer, files=changed)
    plain = only_plain(problem)
    try:
        built = build_submission(submission, plain, slot.sandbox, slot.programs)
        if any(one.artifact is None for one in built):
            return MutantOutcome(mutant=mutant, fate=Fate.STILLBORN)
        if [one.artifact for one in built] == [one.artifact for one in original]:
            return MutantOutcome(mutant=mutant, fate=Fate.SAME_PROGRAM)
        judgement = judge_built(_task(submission, plain, slot), built)
        if judgement.verdict is Verdict.ACCEPTED:
            whole = dataclasses.replace(problem, shrink_lines=False)
            judgement = judge_conclusively(_task(submission, whole, slot))
    except JudgeProgramFault as fault:
        return MutantOutcome(mutant=mutant, fate=Fate.UNDECIDED, by=str(fault))
    return MutantOutcome(mutant=mutant, fate=_fate(judgement), by=_caught_by(judgement))


def only_plain(problem: Problem) -> Problem:
    """The same tests on the plain build alone, without bars and without looking for a witness."""
    kinds = (BuildKind.PLAIN,)
    return dataclasses.replace(
        problem,
        builds=kinds,
        testcases=tuple(dataclasses.replace(case, builds=kinds) for case in problem.testcases),
        fresh=tuple(dataclasses.replace(tests, builds=kinds) for tests in problem.fresh),
        benchmark=None,
        growth=None,
        scaling=None,
        tradeoff=None,
        shrink_lines=False,
    )


def _plain_program(problem: Problem, answer: Submission, slot: TargetSlot) -> tuple[Built, ...]:
    return build_submission(answer, only_plain(problem), slot.sandbox, slot.programs)


def _task(submission: Submission, problem: Problem, slot: TargetSlot) -> Task:
    return Task(submission=submission, problem=problem, slot=slot, report=_silent, failures_max=1)


def _silent(_event: Event) -> None:
    return


def _fate(judgement: Judgement) -> Fate:
    match judgement.verdict:
        case Verdict.ACCEPTED:
            return Fate.SURVIVED
        case Verdict.INCONCLUSIVE | Verdict.JUDGE_ERROR:
            return Fate.UNDECIDED
        case Verdict.COMPILE_ERROR:
            return Fate.STILLBORN
        case _:
            return Fate.KILLED


def _caught_by(judgement: Judgement) -> str:
    if judgement.verdict is Verdict.ACCEPTED:
        return ""
    failed = [test for test in judgement.tests if test.verdict is judgement.verdict]
    where = f" at {failed[0].name}" if failed else ""
    build = f" ({failed[0].build})" if failed and failed[0].build is not BuildKind.PLAIN else ""
    return f"{judgement.verdict}{where}{build}"
