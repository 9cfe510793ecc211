"""`judge people`: accounts of those who work here."""

from typing import Annotated

import typer
from rich.table import Table
from sqlmodel import Session

from cli.console import ACTOR, fail, faults_explained, out
from cli.serving import opened
from cli.start import DataDir, PublicUrl, settings_from
from web import i18n
from web.accounts import NewAccount, staff
from web.settings import Settings
from web.storage import Role, now_ms, transaction

app = typer.Typer(help="People who work here.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="The account's code; see judge people list.")]
RoleNames = Annotated[
    list[str], typer.Option("--role", help="interviewer, recruiter or operator; repeatable.")
]


@app.command("list")
def list_people(data_dir: DataDir = None) -> None:
    """All accounts: roles, state, when last seen."""
    settings = settings_from(data_dir, None, None, None)
    with faults_explained(), opened(settings) as engine, transaction(engine) as session:
        accounts = staff.everybody(session, now_ms())
    table = Table("code", "name", "mail", "roles", "state", "last seen", box=None)
    for one in accounts:
        state = "disabled" if one.disabled else "active" if one.seen_at_ms else "not signed in"
        seen = i18n.instant(one.seen_at_ms, "en") if one.seen_at_ms else "never"
        roles = " ".join(role for role in staff.ROLES if role in one.roles)
        table.add_row(one.code, one.name, one.mail, roles, state, seen)
    out.print(table)


@app.command()
def invite(
    mail: Annotated[str, typer.Argument(help="Their mail address; it names the account.")],
    name: Annotated[str, typer.Option(help="Their name.")],
    role: RoleNames,
    language: Annotated[str, typer.Option(help="en or zh.")] = "en",
    data_dir: DataDir = None,
    public_url: PublicUrl = None,
) -> None:
    """Make an account and print its sign-in link, to be mailed or printed."""
    if language not in i18n.LANGUAGES:
        fail(f"--language {language}: it can be {' or '.join(i18n.LANGUAGES)}")
    new = NewAccount(name=name, mail=mail, roles=_roles(role), language=language)
    settings = settings_from(data_dir, None, None, public_url)
    with faults_explained(), opened(settings) as engine, transaction(engine) as session:
        made = staff.invite(session, new, actor=ACTOR, now_ms=now_ms())
        secret = _link(session, settings, made.code)
    out.print(f"{made.code}  {settings.url}/i/{secret}", soft_wrap=True)


@app.command("link")
def new_link(code: Code, data_dir: DataDir = None, public_url: PublicUrl = None) -> None:
    """Print a new sign-in link; earlier ones of this account are withdrawn."""
    settings = settings_from(data_dir, None, None, public_url)
    with faults_explained(), opened(settings) as engine, transaction(engine) as session:
        secret = _link(session, settings, code)
    out.print(f"{settings.url}/i/{secret}", soft_wrap=True)


@app.command("roles")
def set_roles(code: Code, role: RoleNames, data_dir: DataDir = None) -> None:
    """Give somebody these roles instead of those they have."""
    wanted = _roles(role)
    settings = settings_from(data_dir, None, None, None)
    with faults_explained(), opened(settings) as engine, transaction(engine) as session:
        staff.set_roles(session, code, wanted, actor=ACTOR, now_ms=now_ms())
    out.print(f"{code} is {' and '.join(sorted(wanted))}")


@app.command()
def disable(code: Code, data_dir: DataDir = None) -> None:
    """End sessions, links and tokens of somebody who left; what they did stays theirs."""
    settings = settings_from(data_dir, None, None, None)
    with faults_explained(), opened(settings) as engine, transaction(engine) as session:
        staff.disable(session, code, actor=ACTOR, now_ms=now_ms())
    out.print(f"{code} is disabled")


@app.command()
def enable(code: Code, data_dir: DataDir = None) -> None:
    """Let somebody work here again; give them a link with judge people link."""
    settings = settings_from(data_dir, None, None, None)
    with faults_explained(), opened(settings) as engine, transaction(engine) as session:
        staff.enable(session, code, actor=ACTOR, now_ms=now_ms())
    out.print(f"{code} is enabled")


def _link(session: Session, settings: Settings, code: str) -> str:
    days = settings.invitation_days
    return staff.new_link(session, code, actor=ACTOR, days=days, now_ms=now_ms())


def _roles(names: list[str]) -> frozenset[Role]:
    words = [word for name in names for word in name.replace(",", " ").split()]
    unknown = [word for word in words if word not in staff.ROLES]
    if unknown:
        fail(f"--role {unknown[0]}: it can be {', '.join(staff.ROLES)}")
    return frozenset(Role(word) for word in words)
