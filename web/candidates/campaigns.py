"""Campaigns with their assessments, and the sittings of those who take them."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlmodel import Session, col, select

from problems.package import Package
from web.accounts import Visitor, people, rights
from web.fleet import time_credit
from web.problems import catalogue
from web.refusals import Conflict, NotFound, NotYours, no_such_page
from web.storage import Campaign, CampaignProblem, RightKind, Sitting, audit

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignView:
    """A campaign as pages see it."""

    id: int
    slug: str
    title_en: str
    title_zh: str
    demo: bool
    openings: int
    minutes: int
    submissions_max: int
    board_open: bool
    packages: tuple[Package, ...]

    def title(self, language: str) -> str:
        return self.title_zh if language.startswith("zh") else self.title_en

    def package(self, slug: str) -> Package:
        for package in self.packages:
            if package.problem.slug == slug:
                return package
        raise no_such_page(slug)

    def after(self, slug: str) -> Package | None:
        """The problem that follows `slug`; None after the last."""
        slugs = [package.problem.slug for package in self.packages]
        following = slugs.index(slug) + 1 if slug in slugs else len(slugs)
        return self.packages[following] if following < len(slugs) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingView:
    """Where a candidate's session stands; times in ms since 1970, by the server's clock."""

    started_at_ms: int | None
    ends_at_ms: int | None
    minutes: int
    now_ms: int
    credit_ms: int = 0
    """Given back for waiting on us, what is waited just now included."""

    @property
    def running(self) -> bool:
        return self.ends_at_ms is not None and self.now_ms < self.ends_at_ms

    @property
    def over(self) -> bool:
        return self.ends_at_ms is not None and self.now_ms >= self.ends_at_ms

    @property
    def left_ms(self) -> int:
        return max(0, (self.ends_at_ms or self.now_ms) - self.now_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCampaign:
    """What a campaign is opened with, besides its problems."""

    slug: str
    title_en: str
    title_zh: str
    openings: int
    minutes: int
    submissions_max: int
    board_open: bool = False
    """Whether candidates see their own place."""
    demo: bool = False


def create(
    session: Session, new: NewCampaign, packages: Sequence[Package], now_ms: int
) -> CampaignView:
    """Open a campaign with these problems, their versions pinned. Raises Conflict."""
    if exists(session, new.slug):
        raise Conflict(
            f"There is a campaign “{new.slug}” already. Choose another name.",
            f"已有名为“{new.slug}”的招聘活动，请换一个名称。",
            field="slug",
        )
    rights.forget(session, rights.campaign(new.slug))
    campaign = Campaign(**asdict(new), created_at_ms=now_ms)
    session.add(campaign)
    session.flush()
    assert campaign.id is not None
    for position, package in enumerate(packages):
        if catalogue.is_retired(session, package.problem.slug):
            slug = package.problem.slug
            raise Conflict(
                f"The problem {slug} is retired. Take it back from retirement, or leave it out.",
                f"题目 {slug} 已下架。请重新上架，或不使用它。",
                field="problems",
            )
        session.add(
            CampaignProblem(
                campaign_id=campaign.id,
                position=position,
                problem=package.problem.slug,
                problem_version=catalogue.add(session, package, now_ms),
            )
        )
    session.flush()
    audit.note(session, "command line", "campaign opened", new.slug, now_ms)
    return _view(session, campaign)


def exists(session: Session, slug: str) -> bool:
    return id_of(session, slug) is not None


def id_of(session: Session, slug: str, *, demo: bool = False) -> int | None:
    """Its id, None without; with `demo` only where it is a demo. Loads no package."""
    wanted = select(Campaign.id).where(Campaign.slug == slug)
    return session.exec(wanted.where(Campaign.demo) if demo else wanted).first()


def by_id(session: Session, campaign_id: int) -> CampaignView:
    return _view(session, session.get_one(Campaign, campaign_id))


def by_slug(session: Session, slug: str) -> CampaignView:
    row = session.exec(select(Campaign).where(Campaign.slug == slug)).first()
    if row is None:
        raise no_such_page(slug)
    return _view(session, row)


def required(
    session: Session, visitor: Visitor, slug: str, wanted: RightKind = RightKind.VIEWER
) -> CampaignView:
    """A campaign that the visitor has that right on. Raises NotFound, NotYours."""
    view = by_slug(session, slug)
    rights.require(session, visitor, rights.campaign(slug), wanted)
    return view


def all_campaigns(session: Session) -> list[CampaignView]:
    rows = session.exec(select(Campaign).order_by(col(Campaign.demo), col(Campaign.id))).all()
    return [_view(session, row) for row in rows]


def of_candidate(session: Session, visitor: Visitor) -> CampaignView:
    row = session.get(Campaign, visitor.campaign_id) if visitor.campaign_id else None
    if row is None:
        raise NotFound(
            "Your campaign is closed. Ask those who invited you.",
            "你的招聘活动已关闭，请联系邀请你的人。",
        )
    return _view(session, row)


def _view(session: Session, row: Campaign) -> CampaignView:
    pinned = session.exec(
        select(CampaignProblem)
        .where(CampaignProblem.campaign_id == row.id)
        .order_by(col(CampaignProblem.position))
    ).all()
    assert row.id is not None
    return CampaignView(
        id=row.id,
        slug=row.slug,
        title_en=row.title_en,
        title_zh=row.title_zh,
        demo=row.demo,
        openings=row.openings,
        minutes=row.minutes,
        submissions_max=row.submissions_max,
        board_open=row.board_open,
        packages=tuple(catalogue.get(session, p.problem, p.problem_version) for p in pinned),
    )


def sitting_of(
    session: Session, visitor: Visitor, campaign: CampaignView, now_ms: int
) -> SittingView:
    row = session.exec(select(Sitting).where(Sitting.person_id == visitor.id)).first()
    minutes = math.ceil(campaign.minutes * people.time_factor_of(session, visitor.id))
    if row is None:
        return SittingView(started_at_ms=None, ends_at_ms=None, minutes=minutes, now_ms=now_ms)
    waiting_ms = time_credit.running(session, row.id or 0, now_ms)
    return SittingView(
        started_at_ms=row.started_at_ms,
        ends_at_ms=row.ends_at_ms + waiting_ms,
        minutes=minutes,
        now_ms=now_ms,
        credit_ms=row.credit_ms + waiting_ms,
    )


def start_sitting(session: Session, visitor: Visitor, now_ms: int) -> None:
    """Start the clock; a second press changes nothing."""
    campaign = of_candidate(session, visitor)
    sitting = sitting_of(session, visitor, campaign, now_ms)
    if sitting.started_at_ms is None:
        session.add(
            Sitting(
                person_id=visitor.id,
                started_at_ms=now_ms,
                ends_at_ms=now_ms + sitting.minutes * MINUTE_MS,
            )
        )


def require_running(sitting: SittingView) -> None:
    """Raises NotYours before the start and after the end."""
    if sitting.started_at_ms is None:
        raise NotYours(
            "Your time has not started. Press Start on the page of your sitting first.",
            "尚未开始计时。请先在考试页面点击“开始”。",
        )
    if sitting.over:
        raise NotYours(
            "Your time is over; what you had submitted before counts.",
            "考试时间已结束；此前已提交的内容有效。",
        )
