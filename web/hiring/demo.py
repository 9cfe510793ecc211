"""The demo campaign: people who don't exist, and real judgements of the bank's own programs."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from problems.package import Package
from web.accounts import DAY_MS, Visitor, people
from web.candidates import (
    MINUTE_MS,
    CampaignView,
    NewCampaign,
    SubmissionForm,
    campaigns,
    submissions,
)
from web.fleet import Priority
from web.hiring import removal
from web.storage import Person, Role, Sitting, SubmissionKind

SLUG = "demo"
_MAIL = "nobody@example.invalid"
# Which of a problem's sample submissions each invented person sends, by the start of its name.
_PEOPLE = (
    ("Ada Chen", "en", ("accepted/good.cpp",)),
    ("陈思远", "zh", ("accepted/ok.py", "accepted/ok.c")),
    ("Grace Liu", "en", ("accepted/ok.rs",)),
    ("李明", "zh", ("time_limit_exceeded/",)),
    ("Linus Wang", "en", ("wrong_answer/",)),
    ("赵雪", "zh", ("rejected/",)),
)


def ensure(session: Session, packages: Sequence[Package], now_ms: int) -> bool:
    """Open the demo campaign if there is none; whether its people are still to send answers."""
    known = campaigns.id_of(session, SLUG)
    if known is not None:
        return bool(_not_yet(session, known))
    campaign = campaigns.create(
        session,
        NewCampaign(
            slug=SLUG,
            title_en="Systems research intern (demo)",
            title_zh="系统研究实习生（演示）",
            openings=2,
            minutes=180,
            submissions_max=20,
            demo=True,
        ),
        packages,
        now_ms,
    )
    for name, language, _ in _PEOPLE:
        person = people.new_person(
            session,
            Role.CANDIDATE,
            name=name,
            mail=_MAIL,
            language=language,
            campaign_id=campaign.id,
            now_ms=now_ms,
        )
        people.invite(session, person, time_factor=1.0, expires_at_ms=now_ms + 30 * DAY_MS)
    return True


def remove(session: Session, now_ms: int) -> None:
    """Take the demo away with its people and all that they sent, to be opened anew.

    Only a demo: a campaign of somebody's that has this name stays.
    """
    if campaigns.id_of(session, SLUG, demo=True) is not None:
        removal.remove_campaign(session, SLUG, actor="demo", now_ms=now_ms)


def send(session: Session, now_ms: int) -> None:
    """Let the invented people send their answers, who have not yet.

    Best once a runner has proved itself: an answer is judged on the targets that are offered when
    it is sent.
    """
    if not campaigns.exists(session, SLUG):
        return
    campaign = campaigns.by_slug(session, SLUG)
    answers = {name: wanted for name, _, wanted in _PEOPLE}
    for person in _not_yet(session, campaign.id):
        _sit(session, person, answers.get(person.name, ()), campaign, now_ms)


def _not_yet(session: Session, campaign_id: int | None) -> Sequence[Person]:
    sat = select(Sitting.person_id)
    return session.exec(
        select(Person)
        .where(Person.campaign_id == campaign_id, Person.mail == _MAIL)
        .where(col(Person.id).not_in(sat))
        .order_by(col(Person.id))
    ).all()


def link_for(session: Session, role: Role, now_ms: int, *, days: int) -> str:
    """A fresh sign-in secret for the demo's own person of a role; earlier ones are withdrawn."""
    campaign_id = None
    if role is Role.CANDIDATE:
        campaign_id = campaigns.id_of(session, SLUG)
    name = {
        Role.CANDIDATE: "Demo candidate",
        Role.INTERVIEWER: "Interviewer",
        Role.RECRUITER: "Recruiter",
        Role.OPERATOR: "Operator",
    }[role]
    person = people.by_mail(session, role, f"{role}@local")
    if person is None:
        person = people.new_person(
            session,
            role,
            name=name,
            mail=f"{role}@local",
            language="en",
            campaign_id=campaign_id,
            now_ms=now_ms,
        )
    people.withdraw_invitations(session, person, now_ms)
    return people.invite(session, person, time_factor=1.0, expires_at_ms=now_ms + days * DAY_MS)


def _sit(
    session: Session,
    person: Person,
    wanted: Sequence[str],
    campaign: CampaignView,
    now_ms: int,
) -> None:
    """One invented person's sitting: what they send is judged for real."""
    assert person.id is not None
    session.add(
        Sitting(
            person_id=person.id,
            started_at_ms=now_ms - campaign.minutes * MINUTE_MS,
            ends_at_ms=now_ms,  # so that what counts is confirmed as soon as it is judged
        )
    )
    visitor = Visitor(
        id=person.id,
        code=person.code,
        roles=frozenset({Role.CANDIDATE}),
        name=person.name,
        campaign_id=campaign.id,
    )
    for package in campaign.packages:
        for start in wanted:
            sample = next((s for s in package.submissions if s.name.startswith(start)), None)
            if sample is None:
                continue
            form = SubmissionForm(
                problem=package.problem.slug,
                language=sample.submission.language,
                source=sample.submission.files[0].content,
                kind=SubmissionKind.SUBMIT,
                form_key=f"demo-{package.problem.slug}-{sample.name}",
            )
            submissions.submit(
                session,
                visitor,
                package,
                form,
                submissions_max=campaign.submissions_max,
                now_ms=now_ms,
                priority=Priority.DEMO,
            )
