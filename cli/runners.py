"""`judge runners`: register runners, give them new tokens, revoke them; and `judge link`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.console import ACTOR, fail, faults_explained, out
from cli.serving import opened
from cli.start import DataDir, PublicUrl, settings_from
from web import i18n
from web.fleet import runners
from web.hiring import demo
from web.refusals import NotFound
from web.settings import Settings
from web.storage import Role, now_ms, transaction

app = typer.Typer(help="Machines that judge.", no_args_is_help=True)

TOKEN_CHARACTERS_MIN = 32
Name = Annotated[str, typer.Argument(help="The runner's name.")]


@app.command("list")
def list_runners(
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    data_dir: DataDir = None,
) -> None:
    """All runners: what they offer, when they were heard from."""
    settings = settings_from(data_dir, None, None, None)
    with faults_explained(), opened(settings) as engine, transaction(engine) as session:
        known = runners.all_views(session, now_ms())
    if as_json:
        out.print_json(runners.as_json(known))
        return
    table = Table("runner", "state", "labels", "offers", "slots", "judged", "last seen", box=None)
    for one in known:
        online = f"takes no job: {one.suffering}" if one.suffering else "online"
        state = "revoked" if one.revoked else online if one.online else "not heard from"
        seen = i18n.instant(one.seen_at_ms, "en") if one.seen_at_ms else "never"
        table.add_row(
            one.name,
            state,
            " ".join(one.labels),
            "; ".join(f"{target}: {' '.join(them)}" for target, them in one.offers.items()),
            str(one.slots),
            str(one.judged),
            seen,
        )
    out.print(table)


@app.command()
def add(
    name: Name,
    labels: Annotated[str, typer.Option(help="What it has that some problems need: gpu,…")] = "",
    token_file: Annotated[
        Path | None,
        typer.Option(help="Take the token in this file; a runner that has it already is left."),
    ] = None,
    data_dir: DataDir = None,
    public_url: PublicUrl = None,
) -> None:
    """Register a runner; its token is shown once, in the command that starts it."""
    settings = settings_from(data_dir, None, None, public_url)
    wanted = labels.replace(",", " ").split()
    with faults_explained(), opened(settings) as engine, transaction(engine) as session:
        given = _token_in(token_file) if token_file is not None else ""
        if given and runners.holds(session, name, given):
            out.print(f"{name} has this token already")
            return
        token = runners.add(session, name, wanted, token=given, actor=ACTOR, now_ms=now_ms())
    if given:
        out.print(f"{name} is registered with the token in {token_file}")
    else:
        _print_command(settings, name, token)


def _token_in(path: Path) -> str:
    try:
        token = path.read_text().strip()
    except OSError as error:
        fail(f"the token file {path} can't be read: {error.strerror}")
    if len(token) < TOKEN_CHARACTERS_MIN:
        fail(
            f"the token in {path} has {len(token)} characters; "
            f"make one of {TOKEN_CHARACTERS_MIN} or more"
        )
    return token


@app.command()
def rotate(name: Name, data_dir: DataDir = None, public_url: PublicUrl = None) -> None:
    """A new token; the old one is good until the new one is first used."""
    settings = settings_from(data_dir, None, None, public_url)
    with faults_explained(), opened(settings) as engine, transaction(engine) as session:
        try:
            token = runners.rotate(session, name, actor=ACTOR, now_ms=now_ms())
        except NotFound:
            fail(f"there is no runner {name!r}; see judge runners list")
    _print_command(settings, name, token)


@app.command()
def revoke(name: Name, data_dir: DataDir = None) -> None:
    """Let it take and hand in nothing from now on; what it holds goes to others."""
    settings = settings_from(data_dir, None, None, None)
    with faults_explained(), opened(settings) as engine, transaction(engine) as session:
        try:
            runners.revoke(session, name, actor=ACTOR, now_ms=now_ms())
        except NotFound:
            fail(f"there is no runner {name!r}; see judge runners list")
    out.print(f"{name} is revoked")


def _print_command(settings: Settings, name: str, token: str) -> None:
    start = f"judge runner --server {settings.url} --name {name}"
    out.print(f"bash        JUDGE_RUNNER_TOKEN={token} {start}", soft_wrap=True)
    out.print(f'PowerShell  $env:JUDGE_RUNNER_TOKEN = "{token}"; {start}', soft_wrap=True)


def link(
    role: Annotated[Role, typer.Argument(help="interviewer, recruiter or operator")],
    data_dir: DataDir = None,
    public_url: PublicUrl = None,
) -> None:
    """A sign-in link for who works here; an earlier one of the same role is withdrawn."""
    if role is Role.CANDIDATE:
        fail("candidates are invited to a campaign: judge invite CAMPAIGN FILE.csv")
    settings = settings_from(data_dir, None, None, public_url)
    with faults_explained(), opened(settings) as engine, transaction(engine) as session:
        secret = demo.link_for(session, role, now_ms(), days=settings.invitation_days)
    out.print(f"{settings.url}/i/{secret}", soft_wrap=True)
