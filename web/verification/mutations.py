"""Mutants on the fleet: a sample of a version's mutants as jobs, their fates, and the score.

A person's mark, that a mutant is no fault, lies in the package (mutants.yaml) and so in its
history; it is looked up when the score is told, so that marking needs no second judging.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from judge.errors import PackageFault
from judge.mutation import Mutant, sample
from judge.values import Submission
from judge.verdicts import Verdict
from problems import mutation
from problems.mutation import (
    FATE,
    MARKS,
    Fate,
    MutationScore,
    all_mutants,
    marked_equivalent,
    with_mark,
)
from problems.package import Package
from web.accounts import Visitor
from web.candidates import submission_targets, submissions
from web.fleet import Priority, jobs, runners
from web.problems import catalogue, working_copy
from web.refusals import Conflict, Invalid, no_such_page
from web.storage import (
    Job,
    JudgementRow,
    MutantRow,
    MutationRun,
    SubmissionFile,
    SubmissionKind,
    SubmissionRow,
    audit,
    blobs,
    new_code,
    stored_judgement,
)

SAMPLE = 100
SAMPLE_MAX = 5000
REASON_MIN = 8
ASSESSED_AT_ONCE = 200
_ORDER = tuple(Fate)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedMutant:
    """A mutant with its fate as it stands, marks included."""

    name: str
    answer: str
    line: int
    operator: str
    diff: tuple[str, ...]
    fate: Fate | None
    """None until it is judged."""
    caught_by: str
    """What caught it; of one that was marked, the reason."""
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationView:
    """What is known of a version's mutants: of the newest run that holds for it."""

    run: int
    started_by: str
    started_at_ms: int
    over: bool
    mutants: tuple[JudgedMutant, ...]
    """Survivors first."""
    score: MutationScore

    @property
    def judged(self) -> int:
        return sum(one.fate is not None for one in self.mutants)

    @property
    def survivors(self) -> tuple[JudgedMutant, ...]:
        return tuple(one for one in self.mutants if one.fate is Fate.SURVIVED)

    def count(self, fate: str) -> int:
        return sum(one.fate == fate for one in self.mutants)


def start(session: Session, visitor: Visitor, package: Package, count: int, now_ms: int) -> int:
    """Queue a sample of so many mutants; how many there are. Raises Invalid, Conflict."""
    slug = package.problem.slug
    if not 1 <= count <= SAMPLE_MAX:
        raise Invalid(
            f"{count} mutants: 1 to {SAMPLE_MAX:,} can be judged at once.",
            f"{count} 个变异体：一次可评测 1 到 {SAMPLE_MAX:,} 个。",
            field="count",
        )
    tested = mutation.tested_as(package)
    if _newest(session, slug, tested, running=True) is not None:
        raise Conflict(
            "Mutants of this version are being judged. Wait for them, or call it off.",
            "此版本的变异体正在评测。请等待其结束，或先取消。",
            field="count",
        )
    chosen = sample(all_mutants(package), count, seed=now_ms)
    row = MutationRun(
        problem=slug,
        version=package.problem.version,
        tested=tested,
        started_by=visitor.code,
        started_at_ms=now_ms,
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    sent = _send(session, visitor, package, chosen, row.id, now_ms)
    if not sent:
        raise Invalid(
            "There is no mutant that a runner here judges: the package has no answer that must be "
            "accepted, or in no language that is offered.",
            "没有可评测的变异体：题目包没有必须被接受的答案，或其语言没有运行器。",
            field="count",
        )
    audit.note(session, visitor.code, f"{sent} mutants queued", f"problem {slug}", now_ms)
    return sent


def _send(
    session: Session,
    visitor: Visitor,
    package: Package,
    chosen: Sequence[Mutant],
    run: int,
    now_ms: int,
) -> int:
    answers = {one.name: one.submission for one in mutation.right_answers(package)}
    offered = runners.offered(session)
    sent = 0
    for mutant in chosen:
        answer = answers[mutant.answer]
        targets = submission_targets.targets_for(package, answer.language, offered)[:1]
        if targets:
            submission = mutation.changed(answer, mutant)
            row = _submission_row(session, visitor, package, submission, now_ms)
            names = [target.value for target in targets]
            needs = package.needs
            submissions.enqueue(session, row, names, priority=Priority.MUTANT, needs=needs)
            _keep(session, row, submission, mutant, run)
            sent += 1
    return sent


def _submission_row(
    session: Session, visitor: Visitor, package: Package, submission: Submission, now_ms: int
) -> SubmissionRow:
    first = submission.files[0]
    return SubmissionRow(
        code=new_code(),
        person_id=visitor.id,
        form_key=f"mutant {new_code()}{new_code()}",
        problem=package.problem.slug,
        problem_version=package.problem.version,
        language=submission.language,
        kind=SubmissionKind.MUTANT.value,
        file_name=first.name,
        source_sha256=blobs.keep(session, first.content),
        created_at_ms=now_ms,
        entry=submission.entry,
    )


def _keep(
    session: Session, row: SubmissionRow, submission: Submission, mutant: Mutant, run: int
) -> None:
    assert row.id is not None
    for file in submission.files[1:]:
        sha256 = blobs.keep(session, file.content)
        session.add(SubmissionFile(submission_id=row.id, name=file.name, sha256=sha256))
    session.add(
        MutantRow(
            run_id=run,
            name=mutant.id,
            answer=mutant.answer,
            file=mutant.file,
            line=mutant.line,
            operator=mutant.operator.value,
            diff=list(mutant.diff),
            submission_id=row.id,
        )
    )


def _newest(
    session: Session, slug: str, tested: str, *, running: bool = False
) -> MutationRun | None:
    query = select(MutationRun).where(MutationRun.problem == slug, MutationRun.tested == tested)
    if running:
        query = query.where(col(MutationRun.over_at_ms).is_(None))
    else:
        query = query.where(col(MutationRun.called_off).is_(False))
    return session.exec(query.order_by(col(MutationRun.id).desc()).limit(1)).first()


def of_package(session: Session, package: Package) -> MutationView | None:
    """What is known of a package's mutants, with its own marks; None before any were judged."""
    run = _newest(session, package.problem.slug, mutation.tested_as(package))
    if run is None:
        return None
    rows = session.exec(
        select(MutantRow, SubmissionRow.code)
        .join(SubmissionRow, col(SubmissionRow.id) == col(MutantRow.submission_id))
        .where(MutantRow.run_id == run.id)
        .order_by(col(MutantRow.id))
    ).all()
    marks = _marks(package)
    judged = [_judged(row, code, marks) for row, code in rows]
    fates = [one.fate for one in judged]
    order = {fate: place for place, fate in enumerate((Fate.SURVIVED, None, *_ORDER))}
    return MutationView(
        run=run.id or 0,
        started_by=run.started_by,
        started_at_ms=run.started_at_ms,
        over=run.over_at_ms is not None,
        mutants=tuple(sorted(judged, key=lambda one: order[one.fate])),
        score=MutationScore(killed=fates.count(Fate.KILLED), survived=fates.count(Fate.SURVIVED)),
    )


def _marks(package: Package) -> Mapping[str, str]:
    try:
        return marked_equivalent(package)
    except PackageFault:
        return {}


def _judged(row: MutantRow, code: str, marks: Mapping[str, str]) -> JudgedMutant:
    fate = Fate(row.fate) if row.fate else None
    caught_by = row.caught_by
    if fate is Fate.SURVIVED and row.name in marks:
        fate, caught_by = Fate.EQUIVALENT, marks[row.name]
    return JudgedMutant(
        name=row.name,
        answer=row.answer,
        line=row.line,
        operator=row.operator,
        diff=tuple(row.diff),
        fate=fate,
        caught_by=caught_by,
        code=code,
    )


def any_to_assess(session: Session) -> bool:
    return session.connection().execute(_finished().limit(1)).first() is not None


def _finished() -> Select[int | None]:
    return select_columns(col(MutantRow.id)).where(
        col(MutantRow.fate) == "", ~jobs.unfinished(col(MutantRow.submission_id))
    )


def assess(session: Session, now_ms: int) -> int:
    """Read the fates of mutants that were judged; how many. Ends runs that are over."""
    found = session.connection().execute(_finished().limit(ASSESSED_AT_ONCE))
    numbers = found.scalars().all()
    touched = set()
    for number in numbers:
        row = session.get_one(MutantRow, number)
        row.fate, row.caught_by = _fate(session, row.submission_id)
        session.add(row)
        touched.add(row.run_id)
    session.flush()
    for run in touched:
        left = session.exec(
            select(func.count())
            .select_from(MutantRow)
            .where(MutantRow.run_id == run, MutantRow.fate == "")
        ).one()
        if not left:
            over = session.get_one(MutationRun, run)
            over.over_at_ms = over.over_at_ms or now_ms
            session.add(over)
    return len(numbers)


def _fate(session: Session, submission_id: int) -> tuple[str, str]:
    judged = session.exec(
        select(JudgementRow).where(JudgementRow.submission_id == submission_id)
    ).first()
    if judged is None:
        fault = session.exec(select(Job.fault).where(Job.submission_id == submission_id)).first()
        return Fate.UNDECIDED.value, fault or ""
    judgement = stored_judgement.decode(judged.body)
    told = judgement.machine.get(FATE, "")
    if not told:
        accepted = judgement.verdict is Verdict.ACCEPTED
        told = (Fate.SURVIVED if accepted else Fate.KILLED).value
    return told, mutation.caught_by(judgement) if told == Fate.KILLED else ""


def call_off(session: Session, slug: str, number: int, *, actor: str, now_ms: int) -> None:
    """Judge no more of a run's mutants. Raises NotFound."""
    run = session.get(MutationRun, number)
    if run is None or run.problem != slug:
        raise no_such_page(str(number))
    if run.over_at_ms is not None:
        return
    of_run = select(MutantRow.submission_id).where(MutantRow.run_id == number)
    jobs.call_off(session, of_run, "the run was called off")
    run.over_at_ms, run.called_off = now_ms, True
    session.add(run)
    audit.note(session, actor, "mutants called off", f"problem {slug}", now_ms)


def mark(session: Session, slug: str, name: str, because: str, *, author: str, now_ms: int) -> None:
    """Say in the working copy's mutants.yaml that a mutant is no fault. Raises Invalid."""
    reason = " ".join(because.split())
    if len(reason) < REASON_MIN:
        raise Invalid(
            f"The reason has {len(reason)} characters. Say in a sentence why it is no fault.",
            f"理由只有 {len(reason)} 个字符。请用一句话说明为什么它不是错误。",
            field="because",
        )
    _row_of(session, slug, name)
    files = working_copy.files(session, slug)
    try:
        text = with_mark(files.get(MARKS, b""), name, reason)
    except PackageFault as fault:
        raise Invalid(
            f"{fault.place}: {fault.message}. Mend it first.",
            f"{fault.place}：{fault.message}。请先修正。",
            field="because",
        ) from fault
    working_copy.write(session, slug, MARKS, text, author=author, now_ms=now_ms)


def plant(session: Session, slug: str, name: str, *, author: str, now_ms: int) -> str:
    """Make a mutant one of the package's wrong submissions, in the working copy; its path."""
    row = _row_of(session, slug, name)
    submission = session.get_one(SubmissionRow, row.submission_id)
    files = {submission.file_name: submission.source_sha256}
    more = select(SubmissionFile).where(SubmissionFile.submission_id == submission.id)
    files |= {one.name: one.sha256 for one in session.exec(more)}
    ending = row.file.rsplit(".", 1)[-1]
    start = f"submissions/rejected/mutant_{name}"
    places = (
        {f"{start}.{ending}": submission.source_sha256}
        if len(files) == 1
        else {f"{start}/{file}": sha256 for file, sha256 in files.items()}
    )
    for path, sha256 in places.items():
        content = blobs.fetch(session, sha256)
        working_copy.write(session, slug, path, content, author=author, now_ms=now_ms)
    return min(places)


def _row_of(session: Session, slug: str, name: str) -> MutantRow:
    row = session.exec(
        select(MutantRow)
        .join(MutationRun, col(MutationRun.id) == col(MutantRow.run_id))
        .where(MutationRun.problem == slug, MutantRow.name == name)
        .order_by(col(MutantRow.id).desc())
        .limit(1)
    ).first()
    if row is None:
        raise no_such_page(name)
    return row


def package_to_test(session: Session, slug: str, now_ms: int) -> Package:
    """The working copy's package, or the newest version's where nobody edits."""
    version = working_copy.snapshot(session, slug, now_ms)
    return catalogue.get(session, slug, version)
