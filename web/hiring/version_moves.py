"""Moving a campaign to another version of a problem, so that nothing flips in silence.

What differs is shown first. A change of texts alone judges nobody again. Otherwise each answer that
counts, or could, is judged on the other version in the shadow, by a submission of ours beside it;
who would move is then seen by making the switch and taking it back, and one button makes it for
all, or withdraws it for all. What was said before stays, superseded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from problems.version_changes import VersionChange, version_changes
from web.accounts import Visitor
from web.candidates import CampaignView, campaigns
from web.fleet import jobs
from web.hiring import leaderboard, shadow_runs
from web.hiring.rescoring import RankMove, moves_between
from web.hiring.shadow_runs import ShadowChange
from web.problems import catalogue
from web.refusals import Conflict, Invalid, no_such_page
from web.storage import (
    CampaignProblem,
    Job,
    JobState,
    JudgementRow,
    MoveState,
    Person,
    ProblemRow,
    RightKind,
    Sitting,
    SubmissionKind,
    SubmissionRow,
    VersionMove,
    audit,
)

_JUDGED_AGAIN = (SubmissionKind.SUBMIT.value, SubmissionKind.CONFIRM.value)
WITHDRAWN = "the move to another version was withdrawn"


class MoveStep(StrEnum):
    """What is done about a move."""

    START = "start"
    REST = "rest"
    SWITCH = "switch"
    WITHDRAW = "withdraw"

    @property
    def right(self) -> RightKind:
        """What right on the campaign it takes: who decides switches."""
        return RightKind.OWNER if self is MoveStep.SWITCH else RightKind.EDITOR


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePreview:
    """What moving a campaign's problem to a version would mean, before anything is done."""

    problem: str
    from_version: str
    to_version: str
    changes: tuple[VersionChange, ...]
    answers: int
    """Submissions that would be judged again, confirmations among them."""
    candidates: int
    """Whose they are."""
    sitting: int
    """Candidates whose time runs now: they would see the other statement at once."""

    @property
    def judges(self) -> bool:
        """Whether anything but texts differs."""
        return _judges(self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveProgress:
    """How far a move is that is under way."""

    judged: int
    total: int
    failed: int
    """Answers that could not be judged on the other version."""
    missing: int
    """Answers that came since, and that nobody judges on the other version yet."""
    waiting: int
    """Answers that wait to be judged now, on the version that counts."""

    @property
    def ready(self) -> bool:
        """Whether it can be switched: everything that counts was judged on both versions."""
        return self.judged == self.total and not (self.failed or self.missing or self.waiting)

    @property
    def left(self) -> int:
        """Answers that keep it from being switched."""
        return self.total - self.judged + self.missing + self.waiting


NOT_BEGUN = MoveProgress(judged=0, total=0, failed=0, missing=0, waiting=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveView:
    """A move that is under way: how far it is, and what it would change as far as is known."""

    preview: MovePreview
    started_by: str
    started_at_ms: int
    progress: MoveProgress
    changes: tuple[ShadowChange, ...]


def choices(session: Session, campaign: CampaignView, problem: str) -> tuple[str, ...]:
    """Versions that it may be moved to: the published one, and those that it had before."""
    pinned = campaign.package(problem).problem.version
    row = session.get(ProblemRow, problem)
    had = session.exec(
        select(VersionMove.from_version).where(
            VersionMove.campaign_id == campaign.id,
            VersionMove.problem == problem,
            VersionMove.state == MoveState.SWITCHED.value,
        )
    ).all()
    found = [row.published_version if row else "", *had]
    return tuple(one for one in dict.fromkeys(found) if one and one != pinned)


def preview(
    session: Session, campaign: CampaignView, problem: str, version: str, now_ms: int
) -> MovePreview:
    """What differs and for whom. Raises NotFound, Invalid."""
    if version not in choices(session, campaign, problem):
        raise Invalid(
            f"“{version[:40]}” is no version that {problem} can be moved to here: it is neither "
            "the published one nor one that this campaign had. Publish it first.",
            f"{problem} 不能切换到“{version[:40]}”：它既不是已发布的版本，也不是此活动用过的版本。"
            "请先发布。",
            field="version",
        )
    todo = _to_do(session, campaign, problem, version)
    return _preview(session, campaign, (problem, version), todo, now_ms)


_ToDo = tuple[tuple[VersionChange, ...], Sequence[SubmissionRow]]
"""What differs, and what is to be judged for that: nothing where texts alone differ."""


def _to_do(session: Session, campaign: CampaignView, problem: str, version: str) -> _ToDo:
    """The same whatever was published since: for a move that is under way, too."""
    changes = version_changes(campaign.package(problem), catalogue.get(session, problem, version))
    if not _judges(changes):
        return changes, ()
    return changes, _answers(session, campaign, problem, version)


def _judges(changes: Sequence[VersionChange]) -> bool:
    return any(change.judges for change in changes)


def _preview(
    session: Session, campaign: CampaignView, to: tuple[str, str], todo: _ToDo, now_ms: int
) -> MovePreview:
    (problem, version), (changes, answers) = to, todo
    return MovePreview(
        problem=problem,
        from_version=campaign.package(problem).problem.version,
        to_version=version,
        changes=changes,
        answers=len(answers),
        candidates=len({row.person_id for row in answers}),
        sitting=session.exec(
            select(func.count())
            .select_from(Sitting)
            .join(Person, col(Person.id) == col(Sitting.person_id))
            .where(Person.campaign_id == campaign.id, col(Sitting.ends_at_ms) > now_ms)
        ).one(),
    )


def take(
    session: Session,
    actor: str,
    campaign: CampaignView,
    problem: str,
    step: MoveStep,
    version: str,
    now_ms: int,
) -> None:
    """Take a step: `start` needs the version. Raises what the step does."""
    match step:
        case MoveStep.START:
            start(session, actor, campaign, problem, version, now_ms)
        case MoveStep.REST:
            judge_rest(session, actor, campaign, problem, now_ms)
        case MoveStep.SWITCH:
            switch(session, actor, campaign, problem, now_ms)
        case MoveStep.WITHDRAW:
            withdraw(session, actor, campaign, problem, now_ms)


def start(
    session: Session, actor: str, campaign: CampaignView, problem: str, version: str, now_ms: int
) -> int:
    """Judge in the shadow what counts; how many answers. Raises NotFound, Invalid, Conflict.

    Nothing changes for anybody before `switch`.
    """
    if _open(session, campaign, problem) is not None:
        raise Conflict(
            f"A move of {problem} is under way. Switch it, or withdraw it first.",
            f"{problem} 已有进行中的版本切换。请先完成或撤回。",
            field="version",
        )
    told = preview(session, campaign, problem, version, now_ms)
    if not told.changes:
        raise Invalid(
            "Nothing that candidates or the judge see differs between the two versions.",
            "两个版本在候选人与评测所见之处没有差别。",
            field="version",
        )
    targets = campaign.package(problem).targets
    if told.answers and set(targets) != set(catalogue.get(session, problem, version).targets):
        raise Conflict(
            "The versions are judged on different targets, and there are answers already: they "
            "could not be compared. Open a new campaign with the new version.",
            "两个版本的评测目标不同，而已有提交，无法比较。请用新版本另开一个活动。",
            field="version",
        )
    move = VersionMove(
        campaign_id=campaign.id,
        problem=problem,
        from_version=told.from_version,
        to_version=version,
        state=MoveState.SHADOW.value,
        started_by=actor,
        started_at_ms=now_ms,
    )
    session.add(move)
    session.flush()
    audit.note(session, actor, "version move begun", _subject(campaign, move), now_ms)
    return _judge(session, campaign, move, now_ms)


def judge_rest(
    session: Session, actor: str, campaign: CampaignView, problem: str, now_ms: int
) -> int:
    """Judge in the shadow what came since, and again what could not be judged; how many."""
    move = _required(session, campaign, problem)
    audit.note(session, actor, "version move continued", _subject(campaign, move), now_ms)
    return _judge(session, campaign, move, now_ms)


def moving_to(session: Session, campaign: CampaignView, problem: str) -> str:
    """The version to which a move is under way; "" where there is none."""
    move = _open(session, campaign, problem)
    return move.to_version if move is not None else ""


def view(session: Session, campaign: CampaignView, problem: str, now_ms: int) -> MoveView | None:
    """The move that is under way; None where there is none."""
    move = _open(session, campaign, problem)
    if move is None:
        return None
    todo = _to_do(session, campaign, problem, move.to_version)
    shadows = shadow_runs.newest(session, move)
    return MoveView(
        preview=_preview(session, campaign, (problem, move.to_version), todo, now_ms),
        started_by=move.started_by,
        started_at_ms=move.started_at_ms,
        progress=_progress(session, campaign, move, todo),
        changes=tuple(shadow_runs.changes(session, todo[1], shadows)),
    )


def _progress(
    session: Session, campaign: CampaignView, move: VersionMove, todo: _ToDo
) -> MoveProgress:
    changes, answers = todo
    shadows = shadow_runs.newest(session, move)
    states = shadow_runs.states(session, move)
    sent = [states[shadows[row.id or 0].id] for row in answers if row.id in shadows]
    return MoveProgress(
        judged=sent.count({JobState.JUDGED.value}),
        total=len(sent),
        failed=sum(JobState.FAILED.value in one for one in sent),
        missing=len(answers) - len(sent),
        waiting=_waiting(session, campaign, move.problem) if _judges(changes) else 0,
    )


def switch(session: Session, actor: str, campaign: CampaignView, problem: str, now_ms: int) -> None:
    """Let the other version count, for all at once. Raises NotFound, Conflict before it is ready.

    In one transaction.
    """
    move = _required(session, campaign, problem)
    todo = _to_do(session, campaign, problem, move.to_version)
    progress = _progress(session, campaign, move, todo)
    if not progress.ready:
        raise Conflict(
            f"{progress.left} answers are still to be judged; it can be switched when all are.",
            f"还有 {progress.left} 次提交未评测完；全部完成后才能切换。",
            field="switch",
        )
    if _judges(todo[0]):
        _supersede(session, campaign, move, now_ms)
    pin = session.exec(
        select(CampaignProblem).where(
            CampaignProblem.campaign_id == campaign.id, CampaignProblem.problem == problem
        )
    ).one()
    pin.problem_version = move.to_version
    session.add(pin)
    _end(session, move, MoveState.SWITCHED, now_ms)
    audit.note(session, actor, "version switched", _subject(campaign, move), now_ms)
    session.flush()


def withdraw(
    session: Session, actor: str, campaign: CampaignView, problem: str, now_ms: int
) -> None:
    """Leave everything as it is; what was judged in the shadow counts nowhere. Raises NotFound."""
    move = _required(session, campaign, problem)
    shadows = shadow_runs.newest(session, move)
    jobs.call_off(session, [one.id for one in shadows.values()], WITHDRAWN)
    _end(session, move, MoveState.WITHDRAWN, now_ms)
    audit.note(session, actor, "version move withdrawn", _subject(campaign, move), now_ms)


def effects(
    session: Session, reader: Visitor, campaign: CampaignView, problem: str, now_ms: int
) -> list[RankMove]:
    """Who would move on the leaderboard: the switch is made, and taken back."""
    before = leaderboard.build(session, campaign, reader)
    with session.begin_nested() as tried:
        switch(session, reader.code, campaign, problem, now_ms)
        after = leaderboard.build(session, campaigns.by_id(session, campaign.id), reader)
        tried.rollback()
    return moves_between(before, after)


def _subject(campaign: CampaignView, move: VersionMove) -> str:
    return f"{campaign.slug}: {move.problem} {move.from_version} → {move.to_version}"


def _open(session: Session, campaign: CampaignView, problem: str) -> VersionMove | None:
    return session.exec(
        select(VersionMove).where(
            VersionMove.campaign_id == campaign.id,
            VersionMove.problem == problem,
            VersionMove.state == MoveState.SHADOW.value,
        )
    ).first()


def _required(session: Session, campaign: CampaignView, problem: str) -> VersionMove:
    found = _open(session, campaign, problem)
    if found is None:
        raise no_such_page(f"{campaign.slug} {problem}")
    return found


def _end(session: Session, move: VersionMove, state: MoveState, now_ms: int) -> None:
    move.state, move.over_at_ms = state.value, now_ms
    session.add(move)


def _sent(campaign: CampaignView, problem: str) -> list[ColumnElement[bool]]:
    """Conditions of what a campaign's candidates sent for a problem, and its confirmations."""
    people = select_columns(col(Person.id)).where(col(Person.campaign_id) == campaign.id)
    return [
        col(SubmissionRow.person_id).in_(people),
        col(SubmissionRow.problem) == problem,
        col(SubmissionRow.kind).in_(_JUDGED_AGAIN),
    ]


def _answers(
    session: Session, campaign: CampaignView, problem: str, version: str
) -> list[SubmissionRow]:
    """What counts or could, was judged whole, and was never judged on that version itself."""
    unjudged = select_columns(col(Job.id)).where(
        col(Job.submission_id) == col(SubmissionRow.id),
        col(Job.state) != JobState.JUDGED.value,
    )
    known = select_columns(col(JudgementRow.id)).where(
        col(JudgementRow.submission_id) == col(SubmissionRow.id),
        col(JudgementRow.problem_version) == version,
    )
    return list(
        session.exec(
            select(SubmissionRow)
            .where(*_sent(campaign, problem), ~unjudged.exists(), ~known.exists())
            .order_by(col(SubmissionRow.id))
        ).all()
    )


def _waiting(session: Session, campaign: CampaignView, problem: str) -> int:
    return session.exec(
        select(func.count())
        .select_from(SubmissionRow)
        .where(*_sent(campaign, problem), jobs.unfinished(col(SubmissionRow.id)))
    ).one()


def _judge(session: Session, campaign: CampaignView, move: VersionMove, now_ms: int) -> int:
    shadows = shadow_runs.newest(session, move)
    states = shadow_runs.states(session, move)
    sent = 0
    _, answers = _to_do(session, campaign, move.problem, move.to_version)
    for row in answers:
        known = shadows.get(row.id or 0)
        if known is None or JobState.FAILED.value in states[known.id]:
            shadow_runs.send(session, move, row, now_ms)
            sent += 1
    return sent


def _supersede(session: Session, campaign: CampaignView, move: VersionMove, now_ms: int) -> None:
    """Let the judgements on the other version count, and those before stay without."""
    sent = select_columns(col(SubmissionRow.id)).where(*_sent(campaign, move.problem))
    there = set()
    for one in session.exec(select(JudgementRow).where(col(JudgementRow.submission_id).in_(sent))):
        if one.problem_version == move.to_version:
            one.superseded_at_ms = None
            there.add(one.submission_id)
        elif one.superseded_at_ms is None:
            one.superseded_at_ms = now_ms
        session.add(one)
    shadows = shadow_runs.newest(session, move)
    rest = {number: one for number, one in shadows.items() if number not in there}
    shadow_runs.take_over(session, rest)
