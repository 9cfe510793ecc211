"""Rights: who may do what with one problem or one campaign.

    owner     gives rights, publishes and retires; and all that an editor may
    editor    changes it; and all that a reviewer may
    reviewer  judges it: runs verifications, tries answers, files reviews; and all that a viewer may
    viewer    looks at it

What nobody owns belongs to the house: whoever has its role (interviewers for a problem, recruiters
for a campaign) is its owner until somebody is named one. An operator may name the owner of
anything, so that nothing is lost with somebody who leaves, and has no other right by that.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete
from sqlmodel import Session, col, select

from web.accounts.people import Visitor, roles_of
from web.refusals import Conflict, Invalid, NotYours
from web.storage import AccessRight, Person, RightKind, Role, audit

_LADDER = tuple(RightKind)


class SubjectKind(StrEnum):
    """What rights are on."""

    PROBLEM = "problem"
    CAMPAIGN = "campaign"


_HOUSE = {SubjectKind.PROBLEM: Role.INTERVIEWER, SubjectKind.CAMPAIGN: Role.RECRUITER}
"""Whose things are that nobody owns."""
_LOOKING = {
    SubjectKind.PROBLEM: (Role.INTERVIEWER, Role.RECRUITER),
    SubjectKind.CAMPAIGN: (Role.INTERVIEWER, Role.RECRUITER),
}
"""Who sees what nobody owns."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One problem or campaign, by its slug."""

    kind: SubjectKind
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody who has a right on something."""

    code: str
    name: str
    right: RightKind
    disabled: bool


def problem(slug: str) -> Subject:
    return Subject(SubjectKind.PROBLEM, slug)


def campaign(slug: str) -> Subject:
    return Subject(SubjectKind.CAMPAIGN, slug)


def named(word: str) -> RightKind | None:
    """The right that a word names; None for "", which takes one away. Raises Invalid."""
    if word and word not in tuple(RightKind):
        raise Invalid(
            f"The right “{word[:40]}” is not known; there are {', '.join(RightKind)}.",
            f"没有“{word[:40]}”这一权限；可选：{'、'.join(RightKind)}。",
            field="right",
        )
    return RightKind(word) if word else None


def covers(mine: RightKind | None, wanted: RightKind) -> bool:
    """Whether a right is as much as another, or more."""
    return mine is not None and _LADDER.index(mine) <= _LADDER.index(wanted)


def right_of(session: Session, visitor: Visitor, subject: Subject) -> RightKind | None:
    """What a visitor may do with something; None where it is not even to be seen."""
    return rights_of(session, visitor, subject.kind, [subject.slug])[subject.slug]


def rights_of(
    session: Session, visitor: Visitor, kind: SubjectKind, slugs: Collection[str]
) -> dict[str, RightKind | None]:
    """The same for many of a kind, by slug."""
    if visitor.candidate:
        return dict.fromkeys(slugs)
    rows = session.exec(
        select(AccessRight.subject, AccessRight.person_id, AccessRight.right).where(
            AccessRight.subject_kind == kind.value, col(AccessRight.subject).in_(slugs)
        )
    ).all()
    owned = {slug for slug, _, right in rows if right == RightKind.OWNER}
    mine = {slug: RightKind(right) for slug, who, right in rows if who == visitor.id}
    return {slug: mine.get(slug) or _by_role(visitor, kind, slug in owned) for slug in slugs}


def _by_role(visitor: Visitor, kind: SubjectKind, owned: bool) -> RightKind | None:  # noqa: FBT001
    if owned:
        return None
    if _HOUSE[kind] in visitor.roles:
        return RightKind.OWNER
    if not visitor.roles & set(_LOOKING[kind]):
        return None
    # Interviewers review candidates of a campaign that is the house's.
    return RightKind.REVIEWER if kind is SubjectKind.CAMPAIGN else RightKind.VIEWER


def require(session: Session, visitor: Visitor, subject: Subject, wanted: RightKind) -> RightKind:
    """The visitor's right, if it is as much as `wanted`. Raises NotYours that says who to ask."""
    mine = right_of(session, visitor, subject)
    if mine is not None and covers(mine, wanted):
        return mine
    owners = [one.name for one in holders(session, subject) if one.right is RightKind.OWNER]
    ask = ", ".join(owners) or "an operator"
    have = f"you are its {mine}" if mine else "you have no right on it"
    have_zh = f"你目前的权限是“{NAMES_ZH[mine]}”" if mine else "你目前没有权限"
    raise NotYours(
        f"This needs the right “{wanted}” on the {subject.kind} {subject.slug}; {have}. "
        f"Ask its owner ({ask}).",
        f"此操作需要对“{subject.slug}”具有“{NAMES_ZH[wanted]}”权限；{have_zh}。"
        f"请联系其所有者（{ask}）。",
    )


NAMES_ZH = {
    RightKind.OWNER: "所有者",
    RightKind.EDITOR: "编辑者",
    RightKind.REVIEWER: "评审者",
    RightKind.VIEWER: "查看者",
}


def holders(session: Session, subject: Subject) -> list[Holder]:
    """Who has which right by name, the most first."""
    rows = session.exec(
        select(Person, AccessRight.right)
        .join(AccessRight, col(AccessRight.person_id) == col(Person.id))
        .where(AccessRight.subject_kind == subject.kind.value, AccessRight.subject == subject.slug)
    ).all()
    found = [
        Holder(
            code=person.code,
            name=person.name,
            right=RightKind(right),
            disabled=person.disabled_at_ms is not None,
        )
        for person, right in rows
    ]
    return sorted(found, key=lambda one: (_LADDER.index(one.right), one.name))


def held_by(session: Session, person_id: int) -> list[tuple[Subject, RightKind]]:
    """What somebody has rights on."""
    rows = session.exec(
        select(AccessRight)
        .where(AccessRight.person_id == person_id)
        .order_by(col(AccessRight.subject_kind), col(AccessRight.subject))
    ).all()
    return [
        (Subject(SubjectKind(row.subject_kind), row.subject), RightKind(row.right)) for row in rows
    ]


def forget(session: Session, subject: Subject) -> None:
    """Take all rights away that are on something of this name: it is made anew."""
    session.connection().execute(
        delete(AccessRight).where(
            col(AccessRight.subject_kind) == subject.kind.value,
            col(AccessRight.subject) == subject.slug,
        )
    )


def own(session: Session, visitor: Visitor, subject: Subject) -> None:
    """Make somebody the owner of what they have just made."""
    _set(session, visitor.id, subject, RightKind.OWNER)


def give(
    session: Session,
    giver: Visitor,
    subject: Subject,
    code: str,
    right: RightKind | None,
    *,
    now_ms: int,
) -> None:
    """Give somebody a right, or take theirs (None). Raises NotYours, Invalid, Conflict.

    An owner does; so does an operator, for what was left behind.
    """
    if not giver.operator:
        require(session, giver, subject, RightKind.OWNER)
    person = session.exec(select(Person).where(Person.code == code)).first()
    if person is None or Role.CANDIDATE in roles_of(person.roles):
        raise Invalid(
            f"“{code[:40]}” is nobody who works here. Choose somebody from the list.",
            f"“{code[:40]}”不是工作人员。请从列表中选择。",
            field="code",
        )
    assert person.id is not None
    if right is not RightKind.OWNER:
        _require_another_owner(session, subject, person.id)
    _set(session, person.id, subject, right)
    word = right.value if right is not None else "no right"
    audit.note(session, giver.code, f"{word} for {code}", f"{subject.kind} {subject.slug}", now_ms)


def _set(session: Session, person_id: int, subject: Subject, right: RightKind | None) -> None:
    row = session.get(AccessRight, (subject.kind.value, subject.slug, person_id))
    if right is None:
        if row is not None:
            session.delete(row)
        session.flush()
        return
    if row is None:
        row = AccessRight(
            subject_kind=subject.kind.value,
            subject=subject.slug,
            person_id=person_id,
            right=right.value,
        )
    row.right = right.value
    session.add(row)
    session.flush()


def _require_another_owner(session: Session, subject: Subject, person_id: int) -> None:
    owners = session.exec(
        select(AccessRight.person_id).where(
            AccessRight.subject_kind == subject.kind.value,
            AccessRight.subject == subject.slug,
            AccessRight.right == RightKind.OWNER.value,
        )
    ).all()
    if list(owners) == [person_id]:
        raise Conflict(
            "That is the only owner. Make somebody else an owner first.",
            "这是唯一的所有者。请先指定另一位所有者。",
            field="right",
        )
