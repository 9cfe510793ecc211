"""Submissions: checked, stored with their job in one transaction, and read back for pages."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_
from sqlmodel import Session, col, func, select

from judge.languages import LANGUAGES
from judge.showing import shown_to_candidate
from judge.targets import TARGETS
from judge.values import Judgement
from judge.verdicts import Verdict, most_severe
from judge.wire import JUDGEMENT
from problems.package import Package
from web import blobs, credit, fleet, parts
from web.parts import Part
from web.people import Visitor
from web.refusals import Invalid, NotYours, TooMany, no_such_page
from web.secrecy import new_code
from web.tables import (
    Job,
    JobState,
    JudgementRow,
    JudgingEvent,
    Person,
    Review,
    RunnerRow,
    SubmissionKind,
    SubmissionRow,
)

PRIORITY_SAMPLES, PRIORITY_SUBMIT, PRIORITY_CONFIRM, PRIORITY_DEMO = 0, 1, 5, 9
"""Lower goes first: somebody waits for samples; nobody waits for the demo's own."""
FORSAKEN_MS = 20_000
FULL_WIDTH = {"；": ";", "，": ",", "（": "(", "）": ")", "：": ":", "“": '"', "”": '"', "！": "!"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionForm:
    """What was posted. `form_key` is made by the page, so that a repeated post is recognised."""

    problem: str
    language: str
    source: bytes
    kind: SubmissionKind
    form_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionView:
    """A submission as its page shows it."""

    id: int
    code: str
    person_id: int
    person_code: str
    person_name: str
    campaign_id: int | None
    problem: str
    problem_version: str
    language: str
    kind: SubmissionKind
    file_name: str
    source: str
    created_at_ms: int
    state: JobState
    tries: int
    queue_place: int
    waited_ms: int
    fault: str
    queued_at_ms: int
    runner_seen_at_ms: int
    """When any runner was last heard from; while a job waits, a living one is every few seconds."""
    judgement: Judgement | None
    judged_at_ms: int
    target: str
    """Which target the lines above are about."""
    parts: tuple[Part, ...]
    """How it stands on each target."""

    def forsaken(self, now_ms: int) -> bool:
        """Whether it waits and no runner is there to take it."""
        heard_ms = max(self.queued_at_ms, self.runner_seen_at_ms)
        return self.state is JobState.QUEUED and now_ms - heard_ms > FORSAKEN_MS

    def credited_ms(self, now_ms: int) -> int:
        """What its candidate is given back for the wait that goes on; credit.py has the rule."""
        counts = self.kind is not SubmissionKind.CONFIRM and self.state is JobState.QUEUED
        waited_ms = now_ms - self.queued_at_ms
        return waited_ms if counts and waited_ms > credit.UNNOTICED_MS else 0

    @property
    def over(self) -> bool:
        """Whether nothing of it is waited for any more, on any target."""
        return not any(part.unfinished for part in self.parts)

    @property
    def inconclusive(self) -> bool:
        """Whether its last try ended so, and it is tried again or was given up."""
        return self.fault == Verdict.INCONCLUSIVE.value


def check_source(source: bytes, *, bytes_max: int) -> str:
    """The text of a source. Raises Invalid that says what is wrong and where."""
    if not source.strip():
        raise Invalid(
            "The source is empty. Write your answer, or choose a file.",
            "源代码为空。请编写答案或选择文件。",
            field="source",
        )
    if len(source) > bytes_max:
        raise Invalid(
            f"The source has {len(source):,} bytes; at most {bytes_max:,} are allowed.",
            f"源代码有 {len(source):,} 字节，最多允许 {bytes_max:,} 字节。",
            field="source",
        )
    if b"\0" in source:
        raise Invalid(
            "This is a binary file. Send the source text.",
            "这是二进制文件，请提交源代码文本。",
            field="source",
        )
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise Invalid(
            f"The source is not UTF-8: byte 0x{source[error.start]:02x} in line {line}. "
            "Save it as UTF-8 (it may be GBK) and send it again.",
            f"源代码不是 UTF-8 编码：第 {line} 行有字节 0x{source[error.start]:02x}。"
            "请另存为 UTF-8（它可能是 GBK）后重新提交。",
            field="source",
        ) from error


def full_width_remark(source: str, compiler_output: str) -> tuple[int, str] | None:
    """The first line with full-width punctuation outside ASCII strings, when compiling failed.

    A comment may hold any of it, so it is only looked for where the compiler complained at all.
    """
    if not compiler_output:
        return None
    for number, line in enumerate(source.splitlines(), start=1):
        code = line.split("//")[0].split("#")[0]
        for character in code:
            if character in FULL_WIDTH or (
                unicodedata.east_asian_width(character) == "F" and ord(character) > 0xFF00  # noqa: PLR2004
            ):
                return number, character
    return None


def submit(
    session: Session,
    visitor: Visitor,
    package: Package,
    form: SubmissionForm,
    *,
    submissions_max: int,
    now_ms: int,
    priority: int = PRIORITY_SUBMIT,
    trace: str = "",
) -> str:
    """Store a submission and its job together; the submission's code.

    A form posted twice is one submission: the second gets the first one's code.
    """
    before = session.exec(
        select(SubmissionRow).where(
            SubmissionRow.person_id == visitor.id, SubmissionRow.form_key == form.form_key
        )
    ).first()
    if before is not None:
        return before.code
    targets = _targets(session, package, form.language)
    text = check_source(form.source, bytes_max=package.code_bytes_max)
    if form.kind is SubmissionKind.SUBMIT:
        _check_count(session, visitor, package, submissions_max)
    extension = LANGUAGES[form.language].extensions[0]
    row = SubmissionRow(
        code=new_code(),
        person_id=visitor.id,
        form_key=form.form_key,
        problem=package.problem.slug,
        problem_version=package.problem.version,
        language=form.language,
        kind=form.kind.value,
        file_name=f"{package.problem.solution_name}.{extension}",
        source_sha256=blobs.keep(session, text.encode()),
        created_at_ms=now_ms,
    )
    samples = form.kind is SubmissionKind.SAMPLES
    needs = package.needs
    _check_needs(session, needs, now_ms)
    urgency = PRIORITY_SAMPLES if samples else priority
    enqueue(session, row, targets, priority=urgency, needs=needs, trace=trace)
    return row.code


def enqueue(
    session: Session,
    row: SubmissionRow,
    targets: Sequence[str],
    *,
    priority: int,
    needs: str = "",
    trace: str = "",
) -> None:
    """Store a submission and its jobs together, one for each target."""
    session.add(row)
    session.flush()
    assert row.id is not None
    for target in targets:
        job = Job(
            submission_id=row.id,
            target=target,
            language=row.language,
            state=JobState.QUEUED.value,
            priority=priority,
            tries=0,
            queued_at_ms=row.created_at_ms,
            needs=needs,
            trace=trace,
        )
        session.add(job)
        session.flush()  # the order of their ids is the order of targets


def _targets(session: Session, package: Package, language: str) -> tuple[str, ...]:
    """Where it is judged. Raises Invalid for a language that is offered nowhere."""
    if language not in package.problem.languages:
        offered = ", ".join(package.problem.languages)
        raise Invalid(
            f"The language “{language}” is not offered here; offered are {offered}.",
            f"此题不提供语言“{language}”；可选：{offered}。",
            field="language",
        )
    found = parts.targets_for(package, language, fleet.offered(session))
    if not found:
        names = ", ".join(TARGETS[target.value].name for target in package.targets)
        raise NotYours(
            f"This problem is judged on {names} in {LANGUAGES[language].name}, and no machine for "
            "that is registered. Your text is kept; tell those who invited you.",
            f"此题的 {LANGUAGES[language].name} 答案在 {names} 上评测，而目前没有登记这样的机器。"
            "你的文本已保留，请告知邀请你的人。",
            field="source",
        )
    return tuple(target.value for target in found)


def _check_needs(session: Session, needs: str, now_ms: int) -> None:
    """Raises NotYours where no machine is there that could judge it."""
    if needs and not fleet.is_offered(session, needs, now_ms):
        raise NotYours(
            f"This problem needs a machine with {needs}, and none is connected now. Your text is "
            "kept; tell those who invited you, and send it again later.",
            f"此题需要带有 {needs} 的机器，目前没有这样的机器。你的文本已保留；"
            "请告知邀请你的人，稍后再提交。",
            field="source",
        )


def _check_count(
    session: Session, visitor: Visitor, package: Package, submissions_max: int
) -> None:
    count = counted(session, visitor.id, package.problem.slug)
    if count >= submissions_max:
        raise TooMany(
            f"You have used all {submissions_max} submissions for this problem. "
            "Your best one counts; samples can still be run.",
            f"此题的 {submissions_max} 次提交已用完。以最好的一次为准；仍可运行样例。",
            field="source",
        )


def counted(session: Session, person_id: int, problem: str) -> int:
    """How many submissions count so far; those that ended in a fault of ours do not."""
    failed = select(Job.id).where(
        Job.submission_id == SubmissionRow.id, Job.state == JobState.FAILED.value
    )
    return session.exec(
        select(func.count())
        .select_from(SubmissionRow)
        .where(
            SubmissionRow.person_id == person_id,
            SubmissionRow.problem == problem,
            SubmissionRow.kind == SubmissionKind.SUBMIT.value,
            ~failed.exists(),
        )
    ).one()


def by_code(session: Session, code: str, visitor: Visitor, target: str = "") -> SubmissionView:
    """A submission, for its candidate or for those who work here; of one target, if it has it."""
    row = session.exec(select(SubmissionRow).where(SubmissionRow.code == code)).first()
    if row is None:
        raise no_such_page(code)
    person = session.get(Person, row.person_id)
    assert person is not None
    if not visitor.staff and row.person_id != visitor.id:
        raise NotYours("This submission is somebody else's.", "这不是你的提交。")
    return _view(session, row, person, visitor, target)


def history(session: Session, person_id: int, problem: str) -> list[tuple[SubmissionRow, str]]:
    """A candidate's own submissions for a problem, newest first, each with its verdict or ""."""
    judged = and_(
        col(JudgementRow.submission_id) == col(SubmissionRow.id),
        col(JudgementRow.target) == col(Job.target),
    )
    rows = session.exec(
        select(SubmissionRow, JudgementRow.verdict)
        .join(Job, col(Job.submission_id) == col(SubmissionRow.id))
        .outerjoin(JudgementRow, judged)
        .where(
            SubmissionRow.person_id == person_id,
            SubmissionRow.problem == problem,
            SubmissionRow.kind != SubmissionKind.CONFIRM.value,
        )
        .order_by(col(SubmissionRow.id).desc())
    ).all()
    found: dict[int, tuple[SubmissionRow, list[str | None]]] = {}
    for row, verdict in rows:
        found.setdefault(row.id or 0, (row, []))[1].append(verdict)
    return [
        (row, "" if None in verdicts else most_severe(Verdict(one or "") for one in verdicts).value)
        for row, verdicts in found.values()
    ]


def events_after(
    session: Session, submission_id: int, target: str, after: int
) -> list[tuple[int, int, dict[str, object]]]:
    """(id, try, body) of the events on one target that came after id `after`."""
    rows = session.exec(
        select(JudgingEvent)
        .where(
            JudgingEvent.submission_id == submission_id,
            JudgingEvent.target == target,
            col(JudgingEvent.id) > after,
        )
        .order_by(col(JudgingEvent.id))
    ).all()
    return [(row.id or 0, row.try_number, row.body) for row in rows]


def _view(
    session: Session, row: SubmissionRow, person: Person, visitor: Visitor, target: str
) -> SubmissionView:
    assert row.id is not None
    of_targets = parts.of_submission(session, row.id)
    leading = parts.leading(of_targets, target)
    job, judged = leading.job, leading.judged
    named = not visitor.staff or has_reviewed(session, visitor, row.person_id)
    return SubmissionView(
        id=row.id,
        code=row.code,
        person_id=row.person_id,
        person_code=person.code,
        person_name=person.name if named else "",
        campaign_id=person.campaign_id,
        problem=row.problem,
        problem_version=row.problem_version,
        language=row.language,
        kind=SubmissionKind(row.kind),
        file_name=row.file_name,
        source=blobs.fetch(session, row.source_sha256).decode(),
        created_at_ms=row.created_at_ms,
        state=JobState(job.state),
        tries=job.tries,
        queue_place=_place(session, job),
        waited_ms=max(0, job.taken_at_ms - job.queued_at_ms),
        fault=job.fault,
        queued_at_ms=job.queued_at_ms,
        runner_seen_at_ms=session.exec(select(func.max(RunnerRow.seen_at_ms))).one() or 0,
        judgement=_judgement(judged, visitor) if judged else None,
        judged_at_ms=judged.judged_at_ms if judged else 0,
        target=job.target,
        parts=of_targets,
    )


def _judgement(row: JudgementRow, visitor: Visitor) -> Judgement:
    judgement = JUDGEMENT.validate_python(row.body, strict=False)
    return judgement if visitor.staff else shown_to_candidate(judgement)


def _place(session: Session, job: Job) -> int:
    """How many waiting jobs are before this one, and itself; 0 when it isn't waiting."""
    if job.state != JobState.QUEUED.value:
        return 0
    ahead = session.exec(
        select(func.count())
        .select_from(Job)
        .where(
            Job.state == JobState.QUEUED.value,
            (col(Job.priority) < job.priority)
            | ((col(Job.priority) == job.priority) & (col(Job.id) <= job.id)),
        )
    ).one()
    return int(ahead)


def has_reviewed(session: Session, visitor: Visitor, candidate_id: int) -> bool:
    return session.get(Review, (visitor.id, candidate_id)) is not None
