"""The mutation score of a package: which share of small faults in its right answers tests notice.

A mutant that doesn't compile, or compiles to the very program that it was made of, tells nothing
and is thrown away. The others are judged, the plain build on all tests first, since that is the
cheapest and catches most, then as a candidate's answer would be: sanitizers, bars. What a person
has found to be no fault is in the package's mutants.yaml, by the mutant's name, with the reason.
"""

import dataclasses
import hashlib
import io
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from queue import SimpleQueue
from typing import Annotated

from pydantic import Field
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from judge.benchmark import wilson_interval
from judge.building import Built, build_submission
from judge.errors import JudgeProgramFault
from judge.judging import judge_built, judge_conclusively
from judge.mutation import Mutant, mutants_of
from judge.runner import MutantTask
from judge.task import TargetSlot, Task
from judge.values import BuildKind, Judgement, Problem, SourceFile, Submission
from judge.verdicts import Verdict
from problems import schema, tree
from problems.package import Package, load
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


def with_mark(text: bytes, name: str, reason: str) -> bytes:
    """mutants.yaml with one mark more, its remarks kept. Raises PackageFault for a wrong text."""
    schema.parse(MutantsYaml, text, MARKS)
    yaml = YAML(typ="rt")
    yaml.width = 100
    found = yaml.load(text.decode("utf-8-sig")) or CommentedMap()
    found.setdefault("equivalent", CommentedMap())[name] = reason
    stream = io.BytesIO()
    yaml.dump(found, stream)
    return stream.getvalue()


def tested_as(package: Package) -> str:
    """The package's version but for its marks: what was found of mutants holds for all such."""
    rest = {path: content for path, content in package.tree.items() if path != MARKS}
    return tree.version_of(rest)


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
    try:
        fate, judgement = _judged(problem, changed(answer, mutant), original, slot)
    except JudgeProgramFault as fault:
        return MutantOutcome(mutant=mutant, fate=Fate.UNDECIDED, by=str(fault))
    by = caught_by(judgement) if judgement is not None else ""
    return MutantOutcome(mutant=mutant, fate=fate, by=by)


def changed(answer: Submission, mutant: Mutant) -> Submission:
    """The answer with the mutant's file in the place of its own."""
    files = tuple(
        SourceFile(file.name, mutant.source) if file.name == mutant.file else file
        for file in answer.files
    )
    return dataclasses.replace(answer, files=files)


def _judged(
    problem: Problem, submission: Submission, original: tuple[Built, ...], slot: TargetSlot
) -> tuple[Fate, Judgement | None]:
    """The fate, and the judgement that it comes from where one was needed."""
    plain = only_plain(problem)
    built = build_submission(submission, plain, slot.sandbox, slot.programs)
    if any(one.artifact is None for one in built):
        return Fate.STILLBORN, None
    if [one.artifact for one in built] == [one.artifact for one in original]:
        return Fate.SAME_PROGRAM, None
    judgement = judge_built(_task(submission, plain, slot), built)
    if judgement.verdict is Verdict.ACCEPTED:
        whole = dataclasses.replace(problem, shrink_lines=False)
        judgement = judge_conclusively(_task(submission, whole, slot))
    return _fate(judgement), judgement


FATE = "mutant's fate"
"""Among what a judgement says of its machine, where a runner judged a mutant."""


class MutantJudge:
    """What a runner judges mutants by: keeps the last answers' plain programs to compare with."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], tuple[Package, tuple[Built, ...]]] = {}

    def judge(self, content: bytes, task: MutantTask) -> Judgement:
        """A judgement that tells the fate. Raises PackageFault, JudgeProgramFault, SandboxFault."""
        package, original = self._original(content, task)
        fate, judgement = _judged(package.problem, task.submission, original, task.slot)
        if judgement is None:
            judgement = Judgement(
                verdict=_NOT_JUDGED[fate],
                score=0.0,
                too_close=False,
                also=(),
                builds=(),
                tests=(),
            )
        return dataclasses.replace(judgement, machine={**judgement.machine, FATE: fate.value})

    def _original(self, content: bytes, task: MutantTask) -> tuple[Package, tuple[Built, ...]]:
        key = (hashlib.sha256(content).hexdigest(), task.answer)
        with self._lock:
            kept = self._kept.get(key)
        if kept is None:
            package = load(tree.unpack(content), slug=task.problem)
            answer = next(one for one in right_answers(package) if one.name == task.answer)
            kept = (package, _plain_program(package.problem, answer.submission, task.slot))
            with self._lock:
                while len(self._kept) >= _KEPT_MAX:
                    del self._kept[next(iter(self._kept))]
                self._kept[key] = kept
        return kept


_KEPT_MAX = 32
_NOT_JUDGED = {
    Fate.STILLBORN: Verdict.COMPILE_ERROR,
    Fate.SAME_PROGRAM: Verdict.ACCEPTED,
}


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
    return Task(submission=submission, problem=problem, slot=slot, failures_max=1)


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


def caught_by(judgement: Judgement) -> str:
    if judgement.verdict is Verdict.ACCEPTED:
        return ""
    failed = [test for test in judgement.tests if test.verdict is judgement.verdict]
    where = f" at {failed[0].name}" if failed else ""
    build = f" ({failed[0].build})" if failed and failed[0].build is not BuildKind.PLAIN else ""
    return f"{judgement.verdict}{where}{build}"
