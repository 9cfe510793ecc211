"""One package verified: its validators tried, its time limit measured, its submissions judged.

A fault of the package is kept and told, and the rest goes on. `judge verify` does all of it on this
machine; on a fleet a runner does `check_package`, and the submissions are jobs like anybody's.
"""

import dataclasses
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue

from judge.errors import JudgeProgramFault, PackageFault
from judge.events import Event, Report, Stage
from judge.grading import ValidatorTrial, make_fresh_testcases
from judge.judging import judge_conclusively
from judge.targets import TargetId
from judge.task import TargetSlot, Task
from judge.values import BuildKind, Judgement, MemorySource, Problem, TestResult
from judge.verdicts import Verdict
from problems import publishing, tree
from problems.package import PROVISIONAL_TIME_LIMIT_S, WALL_PER_CPU, Package, load
from problems.package_submissions import PackageSubmission
from problems.requirements import Requirement
from problems.time_limits import Timed, compute

MEASURING_S = 60.0
"""So long a submission may take at a test while the time limit is measured."""


@dataclass(slots=True)
class Verified:
    """What became of one submission; `unmet` says in words what is not as it must be."""

    sample: PackageSubmission
    unmet: str = ""
    judgement: Judgement | None = None
    """The last one; None where the package's own programs failed."""
    got: dict[str, int] = field(default_factory=dict)
    """How often which verdict came."""
    right: int = 0
    seconds: float = 0.0

    @property
    def as_expected(self) -> bool:
        return self.right == sum(self.got.values()) > 0


@dataclass(slots=True)
class VerifiedPackage:
    """A package, and all that was found of it."""

    package: Package
    faults: list[str] = field(default_factory=list)
    """What is wrong with it besides its submissions."""
    notes: list[str] = field(default_factory=list)
    submissions: list[Verified] = field(default_factory=list)
    time_limit_s: float | None = None
    """What was measured now."""
    judged_with_s: float = 0.0
    broken: bool = False
    """Whether a validator of it broke."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be verified of a package, and how."""

    samples: tuple[PackageSubmission, ...]
    runs: int = 1
    every_test: bool = False
    validators: bool = True


def verify_package(
    package: Package, wanted: Wanted, slots: Sequence[TargetSlot], say: Callable[[str], None]
) -> VerifiedPackage:
    """Everything, in this order: what is shown, the validators, the time limit, the submissions.

    The last beside each other, one in each of the slots.
    """
    done = VerifiedPackage(package)
    slot = slots[0]
    done.faults += [
        str(fault) for fault in publishing.unfit(package) if fault.place != publishing.TIME_LIMIT
    ]
    done.notes += [f"{one.name} is not judged: {one.why}" for one in package.left_out]
    done.notes += package.unsupported
    on_linux = slot.sandbox.target.id == TargetId.LINUX
    if wanted.validators and on_linux:
        done.faults += _validator_faults(package, slot, done, say)
    problem = package.problem
    if not package.time_limit_known and on_linux:
        measured = _measure(package, slot, done, say)
        problem = with_time_limit(problem, measured) if measured else problem
    done.judged_with_s = problem.limits.cpu_ms / 1000
    idle = SimpleQueue[TargetSlot]()
    for one in slots:
        idle.put(one)

    def verified(sample: PackageSubmission) -> Verified:
        mine = idle.get()
        try:
            outcome = _verify_one(problem, sample, mine, wanted, done)
        finally:
            idle.put(mine)
        say(f"{package.problem.slug}/{sample.name}: {_told(outcome)}")
        return outcome

    beside = ThreadPoolExecutor(len(slots))
    try:
        done.submissions = list(beside.map(verified, wanted.samples))
    finally:
        # By Ctrl-C nothing more is begun; what is under way may still end.
        beside.shutdown(wait=False, cancel_futures=True)
    return done


def with_time_limit(problem: Problem, seconds: float) -> Problem:
    cpu_ms = round(seconds * 1000)
    limits = dataclasses.replace(problem.limits, cpu_ms=cpu_ms, wall_ms=cpu_ms * WALL_PER_CPU)
    return dataclasses.replace(problem, limits=limits)


def check_package(content: bytes, slug: str, slot: TargetSlot, report: Report) -> Judgement:
    """What is wrong with a package besides its submissions, as a judgement whose tests say it.

    Each of its inputs is a test, and so is the measuring of a time limit that it doesn't give; what
    keeps it from being published is a test each, too. Raises PackageFault, SandboxFault.
    """
    package = load(tree.unpack(content), slug=slug)
    wanted = Wanted(samples=())
    count = len(package.validation_cases)
    report(Event(stage=Stage.TESTING, done=0, total=count))
    done = verify_package(package, wanted, (slot,), lambda _line: None)
    report(Event(stage=Stage.TESTING, done=count, total=count))
    faulty = {fault.split(": ", 1)[0] for fault in done.faults}
    tests = [
        _checked(fault.split(": ", 1)[0], fault, Verdict.WRONG_ANSWER) for fault in done.faults
    ]
    tests += [
        _checked(name, "", Verdict.ACCEPTED)
        for case in package.validation_cases
        if (name := f"data/{case.name}") not in faulty
    ]
    tests += _fresh_examples(package, slot)
    limit_s = done.time_limit_s
    if limit_s is not None:
        tests.append(
            _checked("time limit", f"{limit_s:g} s", Verdict.ACCEPTED, {"time_limit_s": limit_s})
        )
    tests += [_checked("note", note, Verdict.ACCEPTED) for note in done.notes]
    right = all(test.verdict is Verdict.ACCEPTED for test in tests)
    verdict = Verdict.ACCEPTED if right else Verdict.WRONG_ANSWER
    return Judgement(
        verdict=verdict,
        score=100.0 if right else 0.0,
        too_close=False,
        also=(),
        builds=(),
        tests=tuple(tests),
        machine=dict(slot.sandbox.machine()),
    )


FRESH = "fresh "
"""What the name of a test begins with that shows one of a fresh group's."""
_EXAMPLE_BYTES_MAX = 20_000


def _fresh_examples(package: Package, slot: TargetSlot) -> list[TestResult]:
    """One test of each fresh group, to be looked at; a generator that breaks is a fault."""
    problem = package.problem
    once = dataclasses.replace(
        problem, fresh=tuple(dataclasses.replace(one, count=1) for one in problem.fresh)
    )
    try:
        with slot.sandbox.arena(problem.limits) as arena:
            made = make_fresh_testcases(once, arena.judge, slot.programs, slot.seed)
    except JudgeProgramFault as fault:
        return [_checked("generators", str(fault), Verdict.WRONG_ANSWER)]
    return [
        _checked(
            f"{FRESH}{case.group}",
            case.input[:_EXAMPLE_BYTES_MAX].decode(errors="replace"),
            Verdict.ACCEPTED,
        )
        for case in made
    ]


def _checked(
    name: str, note: str, verdict: Verdict, counters: dict[str, float] | None = None
) -> TestResult:
    return TestResult(
        name=name,
        group="package",
        build=BuildKind.PLAIN,
        sample=False,
        verdict=verdict,
        cpu_ms=0.0,
        wall_ms=0.0,
        memory_bytes_peak=0,
        memory_source=MemorySource.CGROUP,
        note=note,
        counters=counters or {},
    )


def _validator_faults(
    package: Package, slot: TargetSlot, done: VerifiedPackage, say: Callable[[str], None]
) -> Iterator[str]:
    cases = package.validation_cases
    anything = package.validators.of_inputs or package.validators.of_answers
    if not anything and all(case.output is None for case in cases):
        return
    say(f"{package.problem.slug}: validators on {len(cases)} inputs")
    with slot.sandbox.arena(package.problem.limits) as arena:
        trial = ValidatorTrial(
            package.problem, package.validators, arena, slot.programs, slot.sandbox.target
        )
        for case in cases:
            try:
                yield from (f"data/{case.name}: {fault}" for fault in trial.faults(case))
            except JudgeProgramFault as fault:
                done.broken = True
                yield f"data/{case.name}: {fault}"


def _measure(
    package: Package, slot: TargetSlot, done: VerifiedPackage, say: Callable[[str], None]
) -> float | None:
    """The time limit by the package's own submissions; None, and why, where there is none."""
    timed: list[Timed] = []
    # What bounds the limit from above is run no longer than what bounds it from below asks for.
    for upper in (False, True):
        for sample in package.submissions:
            bounds = [one for one in sample.requirements if (one.upper if upper else one.lower)]
            if bounds:
                say(f"{package.problem.slug}/{sample.name}: measuring for the time limit")
                seconds = _cap(package, timed) if upper else MEASURING_S
                took = _slowest_s(package.problem, sample, bounds, slot, seconds=seconds)
                if took is not None:
                    timed.append(Timed(sample.name, took, upper))
                elif not upper:
                    done.faults.append(
                        f"submissions/{sample.name}: can't be timed, so no time limit is measured"
                    )
                    return None
    try:
        limit, slowest = compute(package.time, timed)
    except PackageFault as fault:
        done.faults.append(str(fault))
        say(f"{package.problem.slug}: {fault}")
        try:
            # What must be in time is, so that the rest can be looked at.
            limit, _ = compute(package.time, [one for one in timed if not one.upper])
        except PackageFault:
            done.notes.append(f"judged with {PROVISIONAL_TIME_LIMIT_S:g} s for want of a limit")
            return None
        done.notes.append(f"judged with {limit:g} s, which is not written down")
        return limit
    done.time_limit_s = limit
    done.notes.append(
        f"time limit {limit:g} s: {slowest.name} takes {slowest.seconds:.2f} s at its slowest, "
        f"times {package.time.ac_to_time_limit:g}, in steps of {package.time.resolution_s:g} s"
    )
    return limit


def _slowest_s(
    problem: Problem,
    sample: PackageSubmission,
    bounds: list[Requirement],
    slot: TargetSlot,
    *,
    seconds: float,
) -> float | None:
    """CPU time of the slowest test that the bounds speak of; None where none was run.

    Without a bound for one that was stopped, asleep or not.
    """
    cases = tuple(
        dataclasses.replace(case, builds=(BuildKind.PLAIN,))
        for case in problem.testcases
        if any(bound.concerns(case.name, case.group) for bound in bounds)
    )
    asked = dataclasses.replace(
        with_time_limit(problem, seconds),
        testcases=cases,
        builds=(BuildKind.PLAIN,),
        fresh=(),
        generator=None,
        benchmark=None,
    )
    try:
        judgement = _judge(asked, sample, slot, every_test=True)
    except JudgeProgramFault:
        return None  # it is told when the submission is judged
    factor = problem.language_time_factor.get(sample.submission.language, 1.0)
    times = [
        math.inf if test.verdict is Verdict.TIME_LIMIT else test.cpu_ms / 1000 / factor
        for test in judgement.tests
    ]
    return max(times, default=None)


def _cap(package: Package, timed: Iterable[Timed]) -> float:
    """No longer than it takes to see that a slow submission is slow enough."""
    lower = [one for one in timed if not one.upper and one.seconds < math.inf]
    if not lower:
        return MEASURING_S
    try:
        limit, _ = compute(package.time, lower)
    except PackageFault:
        return MEASURING_S  # it is told when all is measured
    return min(MEASURING_S, 1.1 * limit * package.time.time_limit_to_tle)


def _verify_one(
    problem: Problem,
    sample: PackageSubmission,
    slot: TargetSlot,
    wanted: Wanted,
    done: VerifiedPackage,
) -> Verified:
    verified = Verified(sample)
    # Requirements speak of single tests, also of those after a failure.
    every_test = wanted.every_test or (bool(sample.requirements) and done.package.plain)
    started = time.monotonic()
    for _ in range(wanted.runs):
        try:
            judgement = _judge(problem, sample, slot, every_test=every_test)
        except JudgeProgramFault as fault:
            done.faults.append(f"submissions/{sample.name}: {fault}")
            verdict, unmet = Verdict.JUDGE_ERROR, "a program of the package is at fault"
        else:
            verified.judgement = judgement
            verdict, unmet = judgement.verdict, sample.unmet(judgement, slot.sandbox.target.id)
        verified.got[verdict] = verified.got.get(verdict, 0) + 1
        verified.right += not unmet
        verified.unmet = unmet or verified.unmet
    verified.seconds = time.monotonic() - started
    return verified


def _judge(
    problem: Problem, sample: PackageSubmission, slot: TargetSlot, *, every_test: bool
) -> Judgement:
    return judge_conclusively(
        Task(
            submission=sample.submission,
            problem=problem,
            slot=slot,
            every_test=every_test,
        )
    )


def _told(verified: Verified) -> str:
    mark = "✓" if verified.as_expected else "✕"
    return f"{mark} {counts(verified.got)}"


def counts(got: dict[str, int]) -> str:
    """Verdicts, with how often each came if more than once."""
    return ", ".join(
        verdict if count == 1 else f"{verdict} ×{count}" for verdict, count in got.items()
    )
