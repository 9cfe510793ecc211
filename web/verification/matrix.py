"""The matrix of a verification: submissions by groups of tests by targets, as it comes in."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from judge.benchmark import wilson_interval
from judge.performance import Ratio
from judge.values import CounterReading, Judgement
from judge.verdicts import Verdict
from problems.package import Package
from problems.package_submissions import PackageSubmission
from problems.verification_matrix import MatrixCell, cell_of, groups_of
from web.problems import catalogue
from web.storage import (
    Job,
    JobState,
    JudgementRow,
    SubmissionRow,
    VerificationRun,
    stored_judgement,
)
from web.verification.verifications import CHECK, VerificationView


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One submission on one target: what it must earn, what came, cell by cell of its last run."""

    name: str
    target: str
    language: str
    must: tuple[Verdict, ...]
    planted: bool
    """Whether it is wrong on purpose."""
    code: str
    """The last run's, to be opened."""
    running: bool
    waiting: bool
    got: dict[str, int]
    """How often which verdict came."""
    right: int
    judged: int
    unmet: str
    cells: tuple[MatrixCell | None, ...]
    ratio: Ratio | None
    counters: tuple[CounterReading, ...]

    @property
    def share(self) -> tuple[float, float, float] | None:
        """(share as expected, its 95 % interval's ends) of repeated runs."""
        if self.judged == 0:
            return None
        return (self.right / self.judged, *wilson_interval(self.right, self.judged))


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageCheck:
    """What came of looking at the package itself; `faults` and `notes` once it was."""

    state: JobState
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    time_limit_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """All of a verification that its page shows."""

    groups: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    check: PackageCheck | None
    limit_ms: int
    memory_bytes: int


def build(session: Session, of: VerificationView) -> Matrix:
    """The matrix as it stands."""
    package = catalogue.get(session, of.problem, of.version)
    runs = session.exec(
        select(VerificationRun)
        .where(VerificationRun.verification_id == of.id)
        .order_by(col(VerificationRun.number), col(VerificationRun.id))
    ).all()
    by_name: dict[str, list[VerificationRun]] = {}
    for run in runs:
        by_name.setdefault(run.name, []).append(run)
    rows: list[MatrixRow] = []
    for sample in package.submissions:
        if sample.name in by_name:
            rows += _rows(session, package, sample, by_name[sample.name])
    limits = package.problem.limits
    return Matrix(
        groups=tuple(groups_of(package.problem)),
        rows=tuple(rows),
        check=_check(session, by_name[CHECK][0]) if CHECK in by_name else None,
        limit_ms=limits.cpu_ms,
        memory_bytes=limits.memory_bytes,
    )


def _rows(
    session: Session, package: Package, sample: PackageSubmission, runs: Sequence[VerificationRun]
) -> list[MatrixRow]:
    numbers = [run.submission_id for run in runs]
    jobs = session.exec(
        select(Job.submission_id, Job.target, Job.state)
        .where(col(Job.submission_id).in_(numbers))
        .order_by(col(Job.id))
    ).all()
    targets = list(dict.fromkeys(target for _, target, _ in jobs))
    found = []
    for target in targets:
        states = [JobState(state) for _, one, state in jobs if one == target]
        outcomes = [run.outcome[target] for run in runs if target in run.outcome]
        judgement, code = _last(session, numbers, target)
        got: dict[str, int] = {}
        for outcome in outcomes:
            got[outcome["verdict"]] = got.get(outcome["verdict"], 0) + 1
        must = tuple(sorted(sample.expected_for(target)))
        found.append(
            MatrixRow(
                name=sample.name,
                target=target,
                language=sample.submission.language,
                must=must,
                planted=Verdict.ACCEPTED not in must,
                code=code,
                running=JobState.HELD in states,
                waiting=JobState.QUEUED in states,
                got=got,
                right=sum(not outcome["unmet"] for outcome in outcomes),
                judged=len(outcomes),
                unmet=next((o["unmet"] for o in outcomes if o["unmet"]), ""),
                cells=_cells(package, judgement),
                ratio=judgement.ratio if judgement is not None else None,
                counters=judgement.counters if judgement is not None else (),
            )
        )
    return found


def _cells(package: Package, judgement: Judgement | None) -> tuple[MatrixCell | None, ...]:
    groups = groups_of(package.problem)
    if judgement is None:
        return (None,) * len(groups)
    return tuple(cell_of(judgement, group, package.problem.limits) for group in groups)


def _last(session: Session, numbers: Sequence[int], target: str) -> tuple[Judgement | None, str]:
    """The newest judgement of these runs, and its code; of the first run until there is one."""
    row = session.exec(
        select(JudgementRow)
        .where(col(JudgementRow.submission_id).in_(numbers), JudgementRow.target == target)
        .order_by(col(JudgementRow.id).desc())
        .limit(1)
    ).first()
    of = row.submission_id if row is not None else numbers[0]
    code = session.get_one(SubmissionRow, of).code
    return (stored_judgement.decode(row.body) if row is not None else None), code


def _check(session: Session, run: VerificationRun) -> PackageCheck:
    job = session.exec(select(Job).where(Job.submission_id == run.submission_id)).one()
    row = session.exec(
        select(JudgementRow).where(JudgementRow.submission_id == run.submission_id)
    ).first()
    if row is None:
        faults = (job.fault,) if job.state == JobState.FAILED.value else ()
        return PackageCheck(state=JobState(job.state), faults=faults, notes=(), time_limit_s=None)
    tests = stored_judgement.decode(row.body).tests
    measured = [test.counters["time_limit_s"] for test in tests if test.counters]
    return PackageCheck(
        state=JobState.JUDGED,
        faults=tuple(test.note for test in tests if test.verdict is not Verdict.ACCEPTED),
        notes=tuple(test.note for test in tests if test.name == "note"),
        time_limit_s=measured[0] if measured else None,
    )
