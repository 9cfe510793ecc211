"""Removal: a person or a campaign, and everything of theirs, so that no byte of it is left.

Rows go in one transaction, with the bytes that nothing else refers to. What a database keeps of
removed rows in its file goes by `scrub`. The audit keeps that it was done: by whom, when, and the
code or the address' name of what is gone; neither names anybody.
"""

from collections.abc import Iterator

from sqlalchemy import Delete, Engine, Select, Update, delete, update
from sqlalchemy import select as select_columns
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from judge.errors import HostUnfit
from web.candidates import campaigns
from web.refusals import no_such_page
from web.storage import (
    AccessRight,
    Campaign,
    CampaignProblem,
    Delivery,
    Draft,
    Invitation,
    Job,
    JudgementRow,
    JudgingEvent,
    MutantRow,
    OidcIdentity,
    PackageUpload,
    Passkey,
    Person,
    PersonalToken,
    Review,
    ShadowRun,
    SignIn,
    SignInAttempt,
    Sitting,
    StressRun,
    SubmissionFile,
    SubmissionRow,
    Verification,
    VerificationRun,
    VersionMove,
    Webhook,
    audit,
    blobs,
)

Numbers = Select[int | None]
SCRUB_WAIT_MS = 2_000
"""For others who use a SQLite file; it can be asked for again."""
_UNSCRUBBED = (
    "all rows are removed, but the database's file may still hold bytes of them, since others were "
    "using it, or, on PostgreSQL, since the judge's user may not CHECKPOINT (grant pg_checkpoint); "
    "run `judge db scrub` when the server is less busy, or stopped"
)


def remove_campaign(session: Session, slug: str, *, actor: str, now_ms: int) -> None:
    """A campaign with its people, sittings, submissions and judgements. Raises NotFound."""
    campaign_id = campaigns.id_of(session, slug)
    if campaign_id is None:
        raise no_such_page(slug)
    _remove_people(
        session, select_columns(col(Person.id)).where(col(Person.campaign_id) == campaign_id)
    )
    for statement in (
        delete(Delivery).where(col(Delivery.campaign_id) == campaign_id),
        delete(Webhook).where(col(Webhook.campaign_id) == campaign_id),
        delete(VersionMove).where(col(VersionMove.campaign_id) == campaign_id),
        delete(CampaignProblem).where(col(CampaignProblem.campaign_id) == campaign_id),
        delete(Campaign).where(col(Campaign.id) == campaign_id),
    ):
        session.connection().execute(statement)
    audit.note(session, actor, "campaign removed", slug, now_ms)


def remove_person(session: Session, code: str, *, actor: str, now_ms: int) -> None:
    """Somebody with all that they sent, typed and said. Raises NotFound."""
    person_id = session.exec(select(Person.id).where(Person.code == code)).first()
    if person_id is None:
        raise no_such_page(code)
    _remove_people(session, select_columns(col(Person.id)).where(col(Person.id) == person_id))
    audit.note(session, actor, "person removed", code, now_ms)


def scrub(engine: Engine) -> None:
    """Give what removed rows took back to the disk, so that their bytes are in no file of it.

    Slow with much data, and others wait meanwhile; a backup or a log for replicas that was written
    earlier keeps what it holds. Raises HostUnfit where somebody reads too long for it, or a right
    is missing.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("VACUUM FULL")
                connection.exec_driver_sql("CHECKPOINT")  # the files that it replaced go with it
                return
            connection.exec_driver_sql(f"PRAGMA busy_timeout={SCRUB_WAIT_MS}")
            connection.exec_driver_sql("VACUUM")
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        except DBAPIError as error:
            raise HostUnfit(f"{_UNSCRUBBED} ({error.orig})") from error
        finally:
            connection.invalidate()  # its patience is not that of others
    if busy:
        raise HostUnfit(_UNSCRUBBED)


def _remove_people(session: Session, persons: Numbers) -> None:
    submissions = select_columns(col(SubmissionRow.id)).where(
        col(SubmissionRow.person_id).in_(persons)
    )
    sources = session.exec(
        select(SubmissionRow.source_sha256).where(col(SubmissionRow.person_id).in_(persons))
    ).all()
    more = session.exec(
        select(SubmissionFile.sha256).where(col(SubmissionFile.submission_id).in_(submissions))
    ).all()
    kept = session.exec(
        select(PackageUpload.sha256).where(col(PackageUpload.person_id).in_(persons))
    ).all()
    for statement in _statements(persons, submissions):
        session.connection().execute(statement)
    session.expire_all()
    blobs.drop_unreferenced(session, {*sources, *more, *kept})


def _statements(persons: Numbers, submissions: Numbers) -> Iterator[Delete | Update]:
    """What refers to something goes before it; jobs first, so that no runner adds to the rest."""
    yield delete(Job).where(col(Job.submission_id).in_(submissions))
    yield delete(JudgingEvent).where(col(JudgingEvent.submission_id).in_(submissions))
    yield delete(JudgementRow).where(col(JudgementRow.submission_id).in_(submissions))
    yield delete(Delivery).where(col(Delivery.submission_id).in_(submissions))
    yield delete(StressRun).where(col(StressRun.submission_id).in_(submissions))
    yield delete(MutantRow).where(col(MutantRow.submission_id).in_(submissions))
    yield delete(VerificationRun).where(col(VerificationRun.submission_id).in_(submissions))
    yield (
        update(Verification)
        .where(
            col(Verification.over_at_ms).is_(None),
            ~select_columns(col(VerificationRun.id))
            .where(col(VerificationRun.verification_id) == col(Verification.id))
            .exists(),
        )
        .values(over_at_ms=col(Verification.started_at_ms), called_off=True, passed=False)
    )
    yield delete(ShadowRun).where(col(ShadowRun.original_id).in_(submissions))
    yield delete(SubmissionFile).where(col(SubmissionFile.submission_id).in_(submissions))
    yield delete(SubmissionRow).where(col(SubmissionRow.person_id).in_(persons))
    yield delete(Draft).where(col(Draft.person_id).in_(persons))
    yield delete(Sitting).where(col(Sitting.person_id).in_(persons))
    yield delete(SignIn).where(col(SignIn.person_id).in_(persons))
    yield delete(SignInAttempt).where(col(SignInAttempt.person_id).in_(persons))
    yield delete(PackageUpload).where(col(PackageUpload.person_id).in_(persons))
    yield delete(PersonalToken).where(col(PersonalToken.person_id).in_(persons))
    yield delete(Passkey).where(col(Passkey.person_id).in_(persons))
    yield delete(OidcIdentity).where(col(OidcIdentity.person_id).in_(persons))
    yield delete(AccessRight).where(col(AccessRight.person_id).in_(persons))
    yield delete(Invitation).where(col(Invitation.person_id).in_(persons))
    yield delete(Review).where(col(Review.candidate_id).in_(persons))
    yield delete(Review).where(col(Review.reviewer_id).in_(persons))
    yield delete(Person).where(col(Person.id).in_(persons))
