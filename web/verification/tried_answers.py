"""Answers that an author tries: as a candidate's, or against another until they differ."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from judge.errors import PackageFault
from judge.languages import LANGUAGES
from judge.values import SourceFile
from problems import stress
from problems.package import Package
from web.accounts import Visitor
from web.candidates import submission_targets, submissions
from web.fleet import Priority, runners
from web.problems import working_copy
from web.refusals import Invalid
from web.storage import (
    JudgementRow,
    StressRun,
    SubmissionKind,
    SubmissionRow,
    blobs,
    new_code,
    stored_judgement,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedAnswer:
    """Any source; with `against` it is to be told apart from that answer of the package."""

    language: str
    source: bytes
    against: str = ""
    seconds: int = 60


def try_answer(
    session: Session, visitor: Visitor, package: Package, tried: TriedAnswer, now_ms: int
) -> str:
    """Put any source to a version, as a candidate would, with every test told; its code.

    Or look for an input that tells it from another answer. Raises Invalid.
    """
    language, source = tried.language, tried.source
    if tried.against:
        _require_stress(package, tried)
    if language not in package.problem.languages:
        raise Invalid(
            f"The language “{language[:20]}” is not offered by this problem; offered are "
            f"{', '.join(package.problem.languages)}.",
            f"此题不提供语言“{language[:20]}”；可选：{'、'.join(package.problem.languages)}。",
            field="language",
        )
    text = submissions.check_source(source, bytes_max=package.code_bytes_max)
    file = SourceFile(LANGUAGES[language].answer_file(package.problem.solution_name), text.encode())
    targets = submission_targets.targets_for(package, language, runners.offered(session))
    row = SubmissionRow(
        code=new_code(),
        person_id=visitor.id,
        form_key=f"try {new_code()}",
        problem=package.problem.slug,
        problem_version=package.problem.version,
        language=language,
        kind=(SubmissionKind.STRESS if tried.against else SubmissionKind.VERIFY).value,
        file_name=file.name,
        source_sha256=blobs.keep(session, file.content),
        created_at_ms=now_ms,
    )
    names = [target.value for target in targets]
    names = names[:1] if tried.against else names
    submissions.enqueue(session, row, names, priority=Priority.VERIFY, needs=package.needs)
    if tried.against:
        assert row.id is not None
        run = StressRun(submission_id=row.id, other=tried.against, seconds=tried.seconds)
        session.add(run)
    return row.code


def _require_stress(package: Package, tried: TriedAnswer) -> None:
    """Raises Invalid where there is nothing to be told apart from, or no inputs."""
    try:
        stress.require_generator(package)
    except PackageFault as fault:
        raise Invalid(str(fault), f"{fault.place}：{fault.message}", field="against") from fault
    if all(one.name != tried.against for one in package.submissions):
        raise Invalid(
            f"The package has no answer “{tried.against[:80]}”. Choose one from the list.",
            f"题目包没有答案“{tried.against[:80]}”。请从列表中选择。",
            field="against",
        )
    if not 1 <= tried.seconds <= stress.SECONDS_MAX:
        raise Invalid(
            f"{tried.seconds} seconds: stress looks for 1 to {stress.SECONDS_MAX}.",
            f"{tried.seconds} 秒：对拍时长为 1 到 {stress.SECONDS_MAX} 秒。",
            field="seconds",
        )


def keep_as_test(session: Session, slug: str, code: str, *, author: str, now_ms: int) -> str:
    """Make the input that a run's witness has a fixed test of the working copy; its path."""
    row = session.exec(
        select(JudgementRow)
        .join(SubmissionRow, col(SubmissionRow.id) == col(JudgementRow.submission_id))
        .where(SubmissionRow.code == code, SubmissionRow.problem == slug)
    ).first()
    witness = stored_judgement.decode(row.body).witness if row is not None else None
    if witness is None or not witness.input:
        raise Invalid(
            "This run shows no input that could be a test.",
            "此次运行没有可作为测试的输入。",
        )
    path = f"data/secret/found/{code.lower()}.in"
    for name, content in ((path, witness.input.encode()), (f"{path[:-3]}.ans", b"")):
        working_copy.write(session, slug, name, content, author=author, now_ms=now_ms)
    return path
