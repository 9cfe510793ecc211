"""A problem's life: draft → verified → published → retired; and the list of all problems."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, func, select

from judge.verdicts import Verdict
from problems.package import slug_of
from problems.tree import Files
from web.accounts import SubjectKind, Visitor, rights
from web.problems import catalogue, history
from web.problems.catalogue import ProblemSummary
from web.refusals import Conflict, Invalid, no_such_page
from web.storage import (
    AccessRight,
    Campaign,
    CampaignProblem,
    JudgementRow,
    Person,
    ProblemCommit,
    ProblemRow,
    ProblemVersion,
    RightKind,
    SubmissionKind,
    SubmissionRow,
    Verification,
    VerificationKind,
    audit,
)

RESERVED = ("new",)
"""Addresses of pages that lie where a problem's would."""


class ProblemState(StrEnum):
    """Where a problem stands in its life."""

    DRAFT = "draft"
    VERIFIED = "verified"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLine:
    """A problem as lists show it."""

    slug: str
    state: ProblemState
    summary: ProblemSummary
    head_version: str
    published_version: str
    owners: tuple[str, ...]
    """Names; none for what belongs to the house."""
    versions: int
    campaigns: int
    """How many campaigns use it, in whatever version."""
    answered: int
    """Candidates who submitted an answer that counts."""
    solved: int
    """Those of them with an accepted one."""
    right: RightKind

    @property
    def changed(self) -> bool:
        """Whether commits came after what is published."""
        return bool(self.published_version) and self.published_version != self.head_version


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemQuery:
    """Which problems are wanted: words of name, slug, skill, language or owner; a state."""

    words: str = ""
    state: ProblemState | None = None


def find(session: Session, visitor: Visitor, query: ProblemQuery) -> list[ProblemLine]:
    """The problems that a visitor may see and that fit, by slug."""
    rows = session.exec(select(ProblemRow).order_by(col(ProblemRow.slug))).all()
    mine = rights.rights_of(session, visitor, SubjectKind.PROBLEM, [row.slug for row in rows])
    seen = [row for row in rows if mine[row.slug] is not None]
    lines = _lines(session, seen, mine)
    return [line for line in lines if _fits(line, query)]


def line_of(session: Session, visitor: Visitor, slug: str) -> ProblemLine:
    """One problem, for who may see it. Raises NotFound, NotYours."""
    row = session.get(ProblemRow, slug)
    if row is None:
        raise no_such_page(slug)
    mine = rights.require(session, visitor, rights.problem(slug), RightKind.VIEWER)
    return _lines(session, [row], {slug: mine})[0]


def _fits(line: ProblemLine, query: ProblemQuery) -> bool:
    if query.state is not None and line.state is not query.state:
        return False
    summary = line.summary
    text = " ".join(
        (
            line.slug,
            *summary.names.values(),
            *summary.skills,
            *summary.skill_names("zh"),
            *summary.languages,
            *line.owners,
        )
    ).lower()
    return all(word in text for word in query.words.lower().split())


def _lines(
    session: Session, rows: Sequence[ProblemRow], mine: Mapping[str, RightKind | None]
) -> list[ProblemLine]:
    slugs = [row.slug for row in rows]
    heads = {
        (version.slug, version.version): version
        for version in session.exec(
            select(ProblemVersion)
            .join(ProblemRow, col(ProblemRow.slug) == col(ProblemVersion.slug))
            .where(
                col(ProblemVersion.version) == col(ProblemRow.head_version),
                col(ProblemVersion.slug).in_(slugs),
            )
        )
    }
    owners = _owners(session, slugs)
    versions = _counts(session, ProblemCommit.problem, slugs)
    used = _counts(session, CampaignProblem.problem, slugs)
    done = _answers(session, slugs)
    verified = _verified(session, slugs)
    found = []
    for row in rows:
        head, right = heads.get((row.slug, row.head_version)), mine[row.slug]
        if head is None or right is None:
            continue
        answered, solved = done.get(row.slug, (0, 0))
        found.append(
            ProblemLine(
                slug=row.slug,
                state=_state(row, verified),
                summary=catalogue.stored_summary(session, head),
                head_version=row.head_version,
                published_version=row.published_version,
                owners=owners.get(row.slug, ()),
                versions=versions.get(row.slug, 0),
                campaigns=used.get(row.slug, 0),
                answered=answered,
                solved=solved,
                right=right,
            )
        )
    return found


def _state(row: ProblemRow, verified: Collection[tuple[str, str]]) -> ProblemState:
    if row.retired_at_ms is not None:
        return ProblemState.RETIRED
    if row.published_version:
        return ProblemState.PUBLISHED
    is_verified = (row.slug, row.head_version) in verified
    return ProblemState.VERIFIED if is_verified else ProblemState.DRAFT


def _verified(session: Session, slugs: Collection[str]) -> set[tuple[str, str]]:
    """Problems with a version whose whole verification came out as expected."""
    rows = session.exec(
        select(Verification.problem, Verification.version).where(
            col(Verification.problem).in_(slugs),
            Verification.kind == VerificationKind.ALL.value,
            col(Verification.passed).is_(True),
        )
    )
    return set(rows.all())


def _owners(session: Session, slugs: Collection[str]) -> dict[str, tuple[str, ...]]:
    rows = session.exec(
        select(AccessRight.subject, Person.name)
        .join(Person, col(Person.id) == col(AccessRight.person_id))
        .where(
            AccessRight.subject_kind == SubjectKind.PROBLEM.value,
            col(AccessRight.subject).in_(slugs),
            AccessRight.right == RightKind.OWNER.value,
        )
        .order_by(col(Person.name))
    ).all()
    found: dict[str, tuple[str, ...]] = {}
    for slug, name in rows:
        found[slug] = (*found.get(slug, ()), name)
    return found


def _counts(session: Session, column: str, slugs: Collection[str]) -> dict[str, int]:
    counted = select(column, func.count()).where(col(column).in_(slugs)).group_by(col(column))
    return dict(session.exec(counted).all())


def _answers(session: Session, slugs: Collection[str]) -> dict[str, tuple[int, int]]:
    """How many candidates answered each problem, and how many of them rightly."""
    submitted = SubmissionRow.kind == SubmissionKind.SUBMIT.value
    answered = session.exec(
        select(SubmissionRow.problem, func.count(func.distinct(SubmissionRow.person_id)))
        .where(submitted, col(SubmissionRow.problem).in_(slugs))
        .group_by(col(SubmissionRow.problem))
    ).all()
    solved = dict(
        session.exec(
            select(SubmissionRow.problem, func.count(func.distinct(SubmissionRow.person_id)))
            .join(JudgementRow, col(JudgementRow.submission_id) == col(SubmissionRow.id))
            .where(
                submitted,
                JudgementRow.verdict == Verdict.ACCEPTED.value,
                col(JudgementRow.superseded_at_ms).is_(None),
            )
            .group_by(col(SubmissionRow.problem))
        ).all()
    )
    return {slug: (count, solved.get(slug, 0)) for slug, count in answered}


def create(
    session: Session, visitor: Visitor, name: str, files: Files, sentence: str, *, now_ms: int
) -> str:
    """A new problem of the visitor's, with its first commit; its slug. Raises Conflict, Invalid."""
    slug = checked_slug(session, name)
    session.add(ProblemRow(slug=slug, created_at_ms=now_ms))
    session.flush()
    rights.forget(session, rights.problem(slug))
    rights.own(session, visitor, rights.problem(slug))
    first = history.NewCommit(files=files, sentence=sentence, author=visitor.code, parent="")
    history.commit(session, slug, first, now_ms)
    return slug


def checked_slug(session: Session, name: str) -> str:
    """The address that a new problem's name makes. Raises Invalid, Conflict."""
    slug = slug_of(name)
    if slug in RESERVED:
        raise Invalid(
            f"“{slug}” is the name of a page here. Choose another name.",
            f"“{slug}”是此处页面的名称，请换一个名称。",
            field="name",
        )
    if slug != name.strip().lower():
        raise Invalid(
            f"“{name[:60]}” can't be its name in addresses; use a-z, 0-9 and hyphens. Its title, "
            "in any script, is in problem.yaml.",
            f"“{name[:60]}”不能用作地址中的名称；请用 a-z、0-9 与连字符。标题写在 problem.yaml 中，"
            "可用任何文字。",
            field="name",
        )
    if catalogue.exists(session, slug):
        raise Conflict(
            f"There is a problem “{slug}” already. Choose another name.",
            f"已有名为“{slug}”的题目，请换一个名称。",
            field="name",
        )
    return slug


def retire(session: Session, slug: str, *, actor: str, now_ms: int) -> None:
    """Let no new campaign take it; those that use it go on, and nothing of it is lost."""
    _set_retired(session, slug, now_ms)
    audit.note(session, actor, "retired", f"problem {slug}", now_ms)


def take_back(session: Session, slug: str, *, actor: str, now_ms: int) -> None:
    """Undo a retirement."""
    _set_retired(session, slug, None)
    audit.note(session, actor, "unretired", f"problem {slug}", now_ms)


def _set_retired(session: Session, slug: str, at_ms: int | None) -> None:
    row = session.get(ProblemRow, slug)
    if row is None:
        raise no_such_page(slug)
    row.retired_at_ms = at_ms
    session.add(row)


def uses(session: Session, slug: str) -> list[tuple[str, str]]:
    """(campaign's slug, pinned version) of every campaign that uses a problem."""
    rows = session.exec(
        select(Campaign.slug, CampaignProblem.problem_version)
        .join(CampaignProblem, col(CampaignProblem.campaign_id) == col(Campaign.id))
        .where(CampaignProblem.problem == slug)
        .order_by(col(Campaign.id))
    ).all()
    return list(rows)
