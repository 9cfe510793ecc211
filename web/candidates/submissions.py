"""Submissions: checked, and stored with their jobs in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from judge.languages import LANGUAGES
from judge.targets import TARGETS
from problems.package import Package
from web.accounts import Visitor
from web.candidates import submission_targets
from web.fleet import Priority, runners
from web.refusals import Invalid, NotYours, TooMany
from web.storage import (
    Job,
    JobState,
    SubmissionKind,
    SubmissionRow,
    blobs,
    new_code,
)

WAITING_MAX = 5
"""So many of a candidate's may wait at a time, or a quarter of what a campaign
allows for a problem: there are others in the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionForm:
    """What was posted. `form_key` is made by the page, so that a repeated post is recognised."""

    problem: str
    language: str
    source: bytes
    kind: SubmissionKind
    form_key: str


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


def submit(
    session: Session,
    visitor: Visitor,
    package: Package,
    form: SubmissionForm,
    *,
    submissions_max: int,
    now_ms: int,
    priority: Priority = Priority.SUBMIT,
    trace: str = "",
) -> str:
    """Store a submission and its jobs, one a target, together; the submission's code.

    A form posted twice is one submission: the second gets the first one's code.
    """
    before = session.exec(
        select(SubmissionRow).where(
            SubmissionRow.person_id == visitor.id, SubmissionRow.form_key == form.form_key
        )
    ).first()
    if before is not None:
        return before.code
    if not visitor.staff:
        _check_kind(form.kind)
        _check_waiting(session, visitor, max(WAITING_MAX, submissions_max // 4))
    targets = _targets(session, package, form.language)
    text = check_source(form.source, bytes_max=package.code_bytes_max)
    if form.kind is SubmissionKind.SUBMIT:
        _check_count(session, visitor, package, submissions_max)
    row = SubmissionRow(
        code=new_code(),
        person_id=visitor.id,
        form_key=form.form_key,
        problem=package.problem.slug,
        problem_version=package.problem.version,
        language=form.language,
        kind=form.kind.value,
        file_name=LANGUAGES[form.language].answer_file(package.problem.solution_name),
        source_sha256=blobs.keep(session, text.encode()),
        created_at_ms=now_ms,
    )
    samples = form.kind is SubmissionKind.SAMPLES
    needs = package.needs
    _check_needs(session, needs, now_ms)
    urgency = Priority.SAMPLES if samples else priority
    enqueue(session, row, targets, priority=urgency, needs=needs, trace=trace)
    return row.code


def enqueue(
    session: Session,
    row: SubmissionRow,
    targets: Sequence[str],
    *,
    priority: Priority,
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
        offered = ", ".join(LANGUAGES[one].name for one in package.problem.languages)
        raise Invalid(
            f"The language “{language}” is not offered here; offered are {offered}.",
            f"此题不提供语言“{language}”；可选：{offered}。",
            field="language",
        )
    found = submission_targets.targets_for(package, language, runners.offered(session))
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
    if needs and not runners.is_offered(session, needs, now_ms):
        raise NotYours(
            f"This problem needs a machine with {needs}, and none is connected now. Your text is "
            "kept; tell those who invited you, and send it again later.",
            f"此题需要带有 {needs} 的机器，目前没有这样的机器。你的文本已保留；"
            "请告知邀请你的人，稍后再提交。",
            field="source",
        )


def _check_kind(kind: SubmissionKind) -> None:
    """Raises Invalid for what is sent by us alone: to confirm, or to test a problem."""
    if kind not in (SubmissionKind.SUBMIT, SubmissionKind.SAMPLES):
        raise Invalid(
            f"“{kind}” is no kind of submission that can be sent; there are submit and samples.",
            f"没有“{kind}”这种提交；可选：submit、samples。",
            field="kind",
        )


def _check_waiting(session: Session, visitor: Visitor, waiting_max: int) -> None:
    """Raises TooMany for one who would have others stand behind a queue of their own."""
    jobs = select(Job.id).where(Job.submission_id == SubmissionRow.id)
    begun = jobs.where(col(Job.state).in_([JobState.HELD.value, JobState.JUDGED.value]))
    waiting = session.exec(
        select(func.count())
        .select_from(SubmissionRow)
        .where(
            SubmissionRow.person_id == visitor.id,
            SubmissionRow.kind != SubmissionKind.SHADOW.value,
            jobs.where(Job.state == JobState.QUEUED.value).exists(),
            ~begun.exists(),  # on one of its targets: another's machine may be away for days
        )
    ).one()
    if waiting >= waiting_max:
        raise TooMany(
            f"{waiting} of your submissions wait to be judged. Send this one when one of them has "
            "been; your text is kept.",
            f"你已有 {waiting} 次提交在等待评测。请等其中一次评测完再提交；你的文本已保留。",
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
