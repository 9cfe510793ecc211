"""Verifications: a version of a problem put to its own submissions, on the fleet.

Each run is a submission like a candidate's, behind all of theirs in the queue, so that it drains,
survives deaths and can be looked at as its candidate would. What a run must earn is assessed once
it is judged; when all are, the verification is over.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from judge.targets import TargetId
from judge.values import SourceFile
from judge.verdicts import Verdict
from problems.package import Package
from problems.package_submissions import PackageSubmission
from problems.verification import FRESH
from web.accounts import Visitor
from web.candidates import submission_targets, submissions
from web.fleet import Priority, jobs, runners
from web.problems import catalogue
from web.refusals import Conflict, Invalid, NotFound, no_such_page
from web.storage import (
    Job,
    JudgementRow,
    SubmissionFile,
    SubmissionKind,
    SubmissionRow,
    Verification,
    VerificationKind,
    VerificationRun,
    audit,
    blobs,
    new_code,
    stored_judgement,
)

FOR_AUTHORS = (
    SubmissionKind.VERIFY,
    SubmissionKind.MUTANT,
    SubmissionKind.STRESS,
    SubmissionKind.CHECK,
)
"""What is sent to test a problem, and counts nowhere."""
RUNS_MAX = 1000
SUBMISSIONS_MAX = 20_000
"""Judgings of one verification: a row each, and hours."""
ARCHIVE_NAME = "package.zip"
CHECK = ""
"""The name of the run that looks at the package itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVerification:
    """What is to be verified: the version, names that contain `only`, each so often."""

    version: str
    runs: int = 1
    only: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationView:
    """A verification as lists show it."""

    id: int
    problem: str
    version: str
    runs: int
    started_by: str
    started_at_ms: int
    over_at_ms: int | None
    called_off: bool
    passed: bool | None
    judged: int
    total: int

    @property
    def over(self) -> bool:
        return self.over_at_ms is not None


def start(session: Session, visitor: Visitor, slug: str, new: NewVerification, now_ms: int) -> int:
    """Queue a verification; its number. Raises NotFound, Invalid, Conflict while one runs."""
    package = catalogue.get(session, slug, new.version)
    if not 1 <= new.runs <= RUNS_MAX:
        raise Invalid(
            f"{new.runs} times: each can be judged 1 to {RUNS_MAX} times.",
            f"{new.runs} 次：每个提交可评测 1 到 {RUNS_MAX} 次。",
            field="runs",
        )
    if _running(session, slug, new.version):
        raise Conflict(
            "A verification of this version is under way. Wait for it, or call it off.",
            "此版本的验证正在进行。请等待其结束，或先取消。",
            field="runs",
        )
    chosen = [one for one in package.submissions if new.only in one.name]
    if not chosen:
        raise Invalid(
            f"No submission's name contains “{new.only[:80]}”. Choose another part of a name.",
            f"没有名称包含“{new.only[:80]}”的提交。请换一个名称片段。",
            field="only",
        )
    if len(chosen) * new.runs > SUBMISSIONS_MAX:
        raise Invalid(
            f"{len(chosen)} submissions {new.runs} times are more than {SUBMISSIONS_MAX:,} "
            "judgings. Choose fewer.",
            f"{len(chosen)} 个提交各 {new.runs} 次，超过 {SUBMISSIONS_MAX:,} 次评测。请减少。",
            field="runs",
        )
    whole = not new.only and new.runs == 1
    row = Verification(
        problem=slug,
        version=new.version,
        kind=(VerificationKind.ALL if whole else VerificationKind.REPEATED).value,
        runs=new.runs,
        started_by=visitor.code,
        started_at_ms=now_ms,
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    sender = _Sender(session, visitor, package, row.id, now_ms)
    if not new.only:
        sender.send_check()
    for number in range(new.runs):
        for one in chosen:
            sender.send(one, number)
    if not sender.sent:
        raise Invalid(
            "No runner here judges any language of these submissions.",
            "没有运行器能评测这些提交所用的语言。",
            field="only",
        )
    audit.note(session, visitor.code, "verification started", f"problem {slug}", now_ms)
    return row.id


def start_check(session: Session, visitor: Visitor, slug: str, version: str, now_ms: int) -> int:
    """Queue the look at the package itself alone; its number."""
    package = catalogue.get(session, slug, version)
    row = Verification(
        problem=slug,
        version=version,
        kind=VerificationKind.CHECK.value,
        runs=1,
        started_by=visitor.code,
        started_at_ms=now_ms,
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    _Sender(session, visitor, package, row.id, now_ms).send_check()
    return row.id


def fresh_examples(session: Session, slug: str) -> dict[str, str]:
    """One input of each fresh group, by its name, as the newest look at the package made them."""
    row = session.exec(
        select(JudgementRow)
        .join(SubmissionRow, col(SubmissionRow.id) == col(JudgementRow.submission_id))
        .where(SubmissionRow.problem == slug, SubmissionRow.kind == SubmissionKind.CHECK.value)
        .order_by(col(JudgementRow.id).desc())
        .limit(1)
    ).first()
    if row is None:
        return {}
    tests = stored_judgement.decode(row.body).tests
    return {
        test.name.removeprefix(FRESH): test.note for test in tests if test.name.startswith(FRESH)
    }


def _running(session: Session, slug: str, version: str) -> bool:
    found = session.exec(
        select(Verification.id).where(
            Verification.problem == slug,
            Verification.version == version,
            col(Verification.over_at_ms).is_(None),
        )
    )
    return found.first() is not None


class _Sender:
    """Sends the runs of one verification, each as a submission with its jobs."""

    def __init__(
        self, session: Session, visitor: Visitor, package: Package, verification: int, now_ms: int
    ) -> None:
        self._session = session
        self._visitor = visitor
        self._package = package
        self._verification = verification
        self._now_ms = now_ms
        self._offered = runners.offered(session)
        self.sent = 0

    def send(self, one: PackageSubmission, number: int) -> None:
        language = one.submission.language
        targets = [
            target.value
            for target in submission_targets.targets_for(self._package, language, self._offered)
        ]
        if targets:
            files = one.submission.files
            row = self._row(SubmissionKind.VERIFY, language, files[0], f"{one.name} {number}")
            row.entry = one.submission.entry
            self._queue(row, targets, one.name, number)
            for file in files[1:]:
                sha256 = blobs.keep(self._session, file.content)
                self._session.add(
                    SubmissionFile(submission_id=row.id or 0, name=file.name, sha256=sha256)
                )

    def send_check(self) -> None:
        """The package's validators on its own data, where its judge programs run: on Linux."""
        language = self._package.problem.languages[0]
        about = SourceFile(ARCHIVE_NAME, self._package.problem.version.encode())
        row = self._row(SubmissionKind.CHECK, language, about, "check")
        self._queue(row, [TargetId.LINUX.value], CHECK, 0)

    def _row(
        self, kind: SubmissionKind, language: str, file: SourceFile, key: str
    ) -> SubmissionRow:
        problem = self._package.problem
        return SubmissionRow(
            code=new_code(),
            person_id=self._visitor.id,
            form_key=f"verification {self._verification} {key}",
            problem=problem.slug,
            problem_version=problem.version,
            language=language,
            kind=kind.value,
            file_name=file.name,
            source_sha256=blobs.keep(self._session, file.content),
            created_at_ms=self._now_ms,
        )

    def _queue(self, row: SubmissionRow, targets: list[str], name: str, number: int) -> None:
        submissions.enqueue(
            self._session, row, targets, priority=Priority.VERIFY, needs=self._package.needs
        )
        assert row.id is not None
        self._session.add(
            VerificationRun(
                verification_id=self._verification,
                submission_id=row.id,
                name=name,
                number=number,
            )
        )
        self.sent += 1


def of_problem(session: Session, slug: str, *, limit: int = 20) -> list[VerificationView]:
    """The newest verifications of a problem."""
    rows = session.exec(
        select(Verification)
        .where(Verification.problem == slug)
        .order_by(col(Verification.id).desc())
        .limit(limit)
    ).all()
    return [_view(session, row) for row in rows]


def by_id(session: Session, slug: str, number: int) -> VerificationView:
    """One verification. Raises NotFound."""
    return _view(session, _row(session, slug, number))


def _row(session: Session, slug: str, number: int) -> Verification:
    row = session.get(Verification, number)
    if row is None or row.problem != slug:
        raise no_such_page(f"{slug} {number}")
    return row


def _view(session: Session, row: Verification) -> VerificationView:
    assessed = col(VerificationRun.assessed)
    total, judged = session.exec(
        select(func.count(), func.count().filter(assessed.is_(True)))
        .select_from(VerificationRun)
        .where(VerificationRun.verification_id == row.id)
    ).one()
    return VerificationView(
        id=row.id or 0,
        problem=row.problem,
        version=row.version,
        runs=row.runs,
        started_by=row.started_by,
        started_at_ms=row.started_at_ms,
        over_at_ms=row.over_at_ms,
        called_off=row.called_off,
        passed=row.passed,
        judged=judged,
        total=total,
    )


def call_off(session: Session, slug: str, number: int, *, actor: str, now_ms: int) -> None:
    """Judge nothing more of it; what is being judged just now may still come in."""
    row = _row(session, slug, number)
    if row.over_at_ms is not None:
        return
    runs = select(VerificationRun.submission_id).where(VerificationRun.verification_id == number)
    jobs.call_off(session, runs, "the verification was called off")
    row.over_at_ms, row.called_off, row.passed = now_ms, True, False
    session.add(row)
    audit.note(session, actor, "verification called off", f"problem {slug}", now_ms)


def any_to_assess(session: Session) -> bool:
    """Whether a run was judged, or given up, that nobody has looked at."""
    return session.connection().execute(_finished().limit(1)).first() is not None


def _finished() -> Select[int | None]:
    return select_columns(col(VerificationRun.id)).where(
        col(VerificationRun.assessed).is_(False),
        ~jobs.unfinished(col(VerificationRun.submission_id)),
    )


ASSESSED_AT_ONCE = 200
"""In one transaction: others want to write, too."""


def assess(session: Session, now_ms: int) -> int:
    """Hold what was judged against what it must be; how many. Ends verifications that are over."""
    found = session.connection().execute(_finished().limit(ASSESSED_AT_ONCE))
    numbers = found.scalars().all()
    touched = set()
    for number in numbers:
        run = session.get_one(VerificationRun, number)
        _assess(session, run)
        touched.add(run.verification_id)
    session.flush()
    for verification in touched:
        _end_if_over(session, verification, now_ms)
    return len(numbers)


def _assess(session: Session, run: VerificationRun) -> None:
    row = session.get_one(SubmissionRow, run.submission_id)
    judged = session.exec(
        select(JudgementRow).where(JudgementRow.submission_id == run.submission_id)
    ).all()
    sample = _sample(session, row, run.name)
    outcome = {}
    for target in _targets(session, run.submission_id):
        found = next((one for one in judged if one.target == target), None)
        if found is None:
            outcome[target] = {"verdict": Verdict.JUDGE_ERROR.value, "unmet": _fault(session, row)}
            continue
        unmet = "" if found.verdict == Verdict.ACCEPTED else "the package has faults"
        if run.name != CHECK:
            unmet = "the package can't be read any more"
        if sample is not None:
            unmet = sample.unmet(stored_judgement.decode(found.body), target)
        outcome[target] = {"verdict": found.verdict, "unmet": unmet}
    run.outcome = outcome
    run.assessed = True
    session.add(run)


def _sample(session: Session, row: SubmissionRow, name: str) -> PackageSubmission | None:
    try:
        package = catalogue.get(session, row.problem, row.problem_version)
    except NotFound:  # an earlier release took it, and this one does not
        return None
    return next((one for one in package.submissions if one.name == name), None)


def _targets(session: Session, submission_id: int) -> Iterable[str]:
    return session.exec(
        select(Job.target).where(Job.submission_id == submission_id).order_by(col(Job.id))
    ).all()


def _fault(session: Session, row: SubmissionRow) -> str:
    fault = session.exec(select(Job.fault).where(Job.submission_id == row.id)).first()
    return fault or "it could not be judged"


def _end_if_over(session: Session, number: int, now_ms: int) -> None:
    row = session.get_one(Verification, number)
    if row.over_at_ms is not None:
        return
    runs = session.exec(
        select(VerificationRun).where(VerificationRun.verification_id == number)
    ).all()
    if all(run.assessed for run in runs):
        row.over_at_ms = now_ms
        row.passed = all(not one["unmet"] for run in runs for one in run.outcome.values())
        session.add(row)
