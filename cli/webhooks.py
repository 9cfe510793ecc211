"""`judge webhook`: who is told of a campaign's judgements."""

from typing import Annotated

import typer
from rich.table import Table
from sqlmodel import Session

from cli.console import ACTOR, fail, faults_explained, out
from cli.serving import opened
from cli.start import DataDir, settings_from
from web.candidates import campaigns
from web.refusals import Invalid
from web.storage import audit, clock_ms, transaction
from web.webhooks import outbox, subscriptions

app = typer.Typer(help="Who is told of judgements.", no_args_is_help=True)
Slug = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="The campaign.")]


@app.command("set")
def set_webhook(
    slug: Slug,
    url: Annotated[str, typer.Argument(help="https://…; it is sent a signed message each time.")],
    data_dir: DataDir = None,
) -> None:
    """Tell URL of each judgement from now on; the secret that signs is shown once."""
    settings = settings_from(data_dir, None, None, None)
    with faults_explained(), opened(settings) as engine, transaction(engine) as session:
        try:
            secret = subscriptions.set_webhook(
                session, _campaign_id(session, slug), url, clock_ms(session)
            )
            audit.note(session, ACTOR, "webhook set", slug, clock_ms(session))
        except Invalid as refusal:
            fail(refusal.en)
    out.print(f"{slug} tells {url}; messages are signed as Standard Webhooks says, with")
    out.print(secret, soft_wrap=True)


@app.command()
def remove(slug: Slug, data_dir: DataDir = None) -> None:
    """Tell nobody any more; what was due is not sent."""
    settings = settings_from(data_dir, None, None, None)
    with faults_explained(), opened(settings) as engine, transaction(engine) as session:
        if not subscriptions.remove(session, _campaign_id(session, slug)):
            fail(f"{slug} has no webhook; see judge webhook list")
        audit.note(session, ACTOR, "webhook removed", slug, clock_ms(session))
    out.print(f"{slug} tells nobody")


@app.command("list")
def list_webhooks(data_dir: DataDir = None) -> None:
    """Webhooks, and how many messages are due, sent and given up."""
    settings = settings_from(data_dir, None, None, None)
    with faults_explained(), opened(settings) as engine, transaction(engine) as session:
        rows = subscriptions.all_urls(session)
        counts = outbox.counts(session)
    table = Table("campaign", "tells", box=None)
    for slug, url in rows:
        table.add_row(slug, url)
    out.print(table)
    out.print(", ".join(f"{count} {state}" for state, count in counts.items()) or "nothing due")


def _campaign_id(session: Session, slug: str) -> int:
    found = campaigns.id_of(session, slug)
    if found is None:
        fail(f"there is no campaign {slug!r}; see judge campaigns list")
    return found
