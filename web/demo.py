"""The demo campaign: people who don't exist, and real judgements of the bank's own programs."""

from collections.abc import Sequence

from sqlmodel import Session, col, delete, select

from problems.package import Package
from web import campaigns, people, submissions
from web.campaigns import MINUTE_MS
from web.people import DAY_MS, Visitor
from web.submissions import SubmissionForm
from web.tables import (
    AuditEntry,
    Campaign,
    CampaignProblem,
    Delivery,
    Draft,
    Invitation,
    Job,
    JudgementRow,
    JudgingEvent,
    Person,
    Review,
    Role,
    SignIn,
    Sitting,
    SubmissionKind,
    SubmissionRow,
    Webhook,
)

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
    known = session.exec(select(Campaign).where(Campaign.slug == SLUG)).first()
    if known is not None:
        return bool(_not_yet(session, known.id))
    campaign = campaigns.create(
        session,
        Campaign(
            slug=SLUG,
            title_en="Systems research intern (demo)",
            title_zh="系统研究实习生（演示）",
            demo=True,
            openings=2,
            minutes=180,
            submissions_max=20,
            board_open=False,
            created_at_ms=now_ms,
        ),
        packages,
        now_ms,
    )
    for name, language, _ in _PEOPLE:
        person = people.new_person(
            Role.CANDIDATE,
            name=name,
            mail=_MAIL,
            language=language,
            campaign_id=campaign.id,
            now_ms=now_ms,
        )
        people.invite(session, person, time_factor=1.0, expires_at_ms=now_ms + 30 * DAY_MS)
    return True


def send(session: Session, now_ms: int) -> None:
    """Let the invented people send their answers, who have not yet.

    Best once a runner has proved itself: an answer is judged on the targets that are offered when
    it is sent.
    """
    known = session.exec(select(Campaign).where(Campaign.slug == SLUG)).first()
    if known is None:
        return
    campaign = campaigns.view(session, known)
    answers = {name: wanted for name, _, wanted in _PEOPLE}
    for person in _not_yet(session, known.id):
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
    campaign = session.exec(select(Campaign).where(Campaign.slug == SLUG)).first()
    campaign_id = campaign.id if campaign and role is Role.CANDIDATE else None
    name = {
        Role.CANDIDATE: "Demo candidate",
        Role.INTERVIEWER: "Interviewer",
        Role.RECRUITER: "Recruiter",
        Role.OPERATOR: "Operator",
    }[role]
    person = session.exec(
        select(Person).where(Person.role == role.value, Person.mail == f"{role}@local")
    ).first()
    if person is None:
        person = people.new_person(
            role,
            name=name,
            mail=f"{role}@local",
            language="en",
            campaign_id=campaign_id,
            now_ms=now_ms,
        )
    else:
        for row in session.exec(select(Invitation).where(Invitation.person_id == person.id)).all():
            if row.withdrawn_at_ms is None:
                row.withdrawn_at_ms = now_ms
                session.add(row)
    return people.invite(session, person, time_factor=1.0, expires_at_ms=now_ms + days * DAY_MS)


def _sit(
    session: Session,
    person: Person,
    wanted: Sequence[str],
    campaign: campaigns.CampaignView,
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
        role=Role.CANDIDATE,
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
                priority=submissions.PRIORITY_DEMO,
            )


def remove(session: Session, campaign_id: int) -> None:
    """Remove a campaign with all that belongs to it: people, sittings, submissions, judgements."""
    persons = select(Person.id).where(Person.campaign_id == campaign_id)
    rows = select(SubmissionRow.id).where(col(SubmissionRow.person_id).in_(persons))
    for statement in (
        delete(JudgingEvent).where(col(JudgingEvent.submission_id).in_(rows)),
        delete(JudgementRow).where(col(JudgementRow.submission_id).in_(rows)),
        delete(Delivery).where(col(Delivery.submission_id).in_(rows)),
        delete(Webhook).where(col(Webhook.campaign_id) == campaign_id),
        delete(Job).where(col(Job.submission_id).in_(rows)),
        delete(SubmissionRow).where(col(SubmissionRow.person_id).in_(persons)),
        delete(Draft).where(col(Draft.person_id).in_(persons)),
        delete(Sitting).where(col(Sitting.person_id).in_(persons)),
        delete(SignIn).where(col(SignIn.person_id).in_(persons)),
        delete(Invitation).where(col(Invitation.person_id).in_(persons)),
        delete(Review).where(col(Review.candidate_id).in_(persons)),
        delete(Person).where(col(Person.campaign_id) == campaign_id),
        delete(CampaignProblem).where(col(CampaignProblem.campaign_id) == campaign_id),
        delete(Campaign).where(col(Campaign.id) == campaign_id),
    ):
        session.exec(statement)
    session.add(
        AuditEntry(at_ms=0, actor="command line", action="remove", subject=str(campaign_id))
    )
