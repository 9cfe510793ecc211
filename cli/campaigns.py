"""`judge campaigns` and `judge invite`: positions, and the people who are let in."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlalchemy import Engine
from sqlmodel import Session

from cli.console import ACTOR, fail, faults_explained, out
from cli.rescore import READER, print_moves
from cli.serving import load_bank, opened
from cli.start import DataDir, PublicUrl, settings_from
from cli.submit import find_package
from problems.package import Package
from web.accounts import DAY_MS, people
from web.candidates import CampaignView, NewCampaign, campaigns
from web.hiring import removal, version_moves
from web.problems import catalogue
from web.refusals import Refusal
from web.storage import Role, audit, now_ms, transaction

app = typer.Typer(no_args_is_help=True, help="Campaigns: list, open, remove.")
_COLUMNS = ("name", "mail", "language", "extra_time")
_FACTOR_MAX = 5.0


@app.command("list")
def list_campaigns(data_dir: DataDir = None) -> None:
    """List the campaigns."""
    with faults_explained(), opened(settings_from(data_dir, None, None, None)) as engine:
        table = Table("campaign", "title", "openings", "minutes", "problems", box=None)
        with Session(engine) as session:
            for one in campaigns.all_campaigns(session):
                names = ", ".join(package.problem.slug for package in one.packages)
                row = (one.slug, one.title_en, str(one.openings), str(one.minutes), names)
                table.add_row(*row)
        out.print(table)


@app.command()
def new(
    slug: Annotated[str, typer.Argument(help="Its name in addresses: a-z, 0-9, -.")],
    title: Annotated[str, typer.Option(help="Title in English.")],
    title_zh: Annotated[str, typer.Option(help="Title in Chinese; the English one if none.")] = "",
    problems: Annotated[
        str,
        typer.Option(help="Published problems, names of the bank, folders; commas between."),
    ] = "",
    openings: Annotated[int, typer.Option(min=1)] = 1,
    minutes: Annotated[int, typer.Option(min=1, max=1440)] = 120,
    submissions: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    show_board: Annotated[
        bool, typer.Option("--show-board", help="Candidates see their own place.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Open a campaign. All problems of the bank that any machine can judge, if none are named."""
    if not slug or not all(c.isascii() and (c.isalnum() or c == "-") for c in slug):
        fail(f"'{slug}' can't stand in an address; use letters, digits and '-'")
    with faults_explained(), opened(settings_from(data_dir, None, None, None)) as engine:
        packages = _packages(engine, problems)
        with transaction(engine) as session:
            if campaigns.exists(session, slug):
                fail(f"there is a campaign '{slug}' already")
            campaign = NewCampaign(
                slug=slug,
                title_en=title,
                title_zh=title_zh or title,
                openings=openings,
                minutes=minutes,
                submissions_max=submissions,
                board_open=show_board,
            )
            campaigns.create(session, campaign, packages, now_ms())
        names = ", ".join(package.problem.slug for package in packages)
        out.print(f"opened {slug} with {names}; next: judge invite {slug} people.csv")


@app.command()
def remove(
    slug: Annotated[str, typer.Argument(help="The campaign.")],
    candidate: Annotated[
        str, typer.Option(help="Only this candidate of it, by code, with all that they sent.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Remove a campaign, or one candidate of it: submissions, drafts, judgements, names, bytes.

    Backups that were taken before keep what they hold.
    """
    with faults_explained(), opened(settings_from(data_dir, None, None, None)) as engine:
        campaign = _campaign(engine, slug)
        if candidate:
            _require_candidate(engine, campaign, candidate)
        what = f"candidate {candidate} of {slug}" if candidate else f"{slug} with all its people"
        if not yes:
            typer.confirm(f"Remove {what} and all submissions?", abort=True)
        with transaction(engine) as session:
            if candidate:
                removal.remove_person(session, candidate, actor=ACTOR, now_ms=now_ms())
            else:
                removal.remove_campaign(session, slug, actor=ACTOR, now_ms=now_ms())
        removal.scrub(engine)
        out.print(f"removed {what}")


@app.command()
def versions(
    slug: Annotated[str, typer.Argument(help="The campaign.")], data_dir: DataDir = None
) -> None:
    """List which version of each problem a campaign has, and to which it can be moved."""
    with faults_explained(), opened(settings_from(data_dir, None, None, None)) as engine:
        campaign = _campaign(engine, slug)
        table = Table("problem", "version", "can be moved to", "under way", box=None)
        with Session(engine) as session:
            for package in campaign.packages:
                problem = package.problem
                choices = version_moves.choices(session, campaign, problem.slug)
                under_way = version_moves.moving_to(session, campaign, problem.slug)
                table.add_row(problem.slug, problem.version, ", ".join(choices), under_way)
        out.print(table)


@app.command()
def move(
    slug: Annotated[str, typer.Argument(help="The campaign.")],
    problem: Annotated[str, typer.Argument(help="Its problem.")],
    to: Annotated[str, typer.Option(help="The version; see judge campaigns versions.")] = "",
    start: Annotated[bool, typer.Option("--start", help="Judge in the shadow.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Switch, for everybody.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Leave it as it is.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Show what another version of a problem would change; judge in the shadow; switch or not.

    Said again with --start, it judges what came since and what could not be judged.
    """
    if start + apply + withdraw > 1:
        fail("--start, --apply and --withdraw are three steps; say one of them")
    with faults_explained(), opened(settings_from(data_dir, None, None, None)) as engine:
        campaign = _campaign(engine, slug)
        known = [package.problem.slug for package in campaign.packages]
        if problem not in known:
            fail(f"the campaign has no problem '{problem}'; it has {', '.join(known)}")
        asked = _MoveAsked(campaign, problem, to)
        with transaction(engine) as session:
            if withdraw:
                version_moves.withdraw(session, ACTOR, campaign, problem, now_ms())
                out.print("withdrawn; everything stays as it was")
            elif apply:
                version_moves.switch(session, ACTOR, campaign, problem, now_ms())
                out.print("switched, for everybody")
            else:
                _move(session, asked, start=start)


@dataclass(frozen=True, slots=True)
class _MoveAsked:
    """Which problem of which campaign is to be moved where; "" for where it is being moved."""

    campaign: CampaignView
    problem: str
    to: str


def _move(session: Session, asked: _MoveAsked, *, start: bool) -> None:
    """Begin or go on where asked to, and print how it stands."""
    where = (asked.campaign, asked.problem)
    view = version_moves.view(session, *where, now_ms())
    if start and view is None:
        version_moves.start(session, ACTOR, *where, asked.to, now_ms())
    elif start:
        version_moves.judge_rest(session, ACTOR, *where, now_ms())
    view = version_moves.view(session, *where, now_ms())
    told = view.preview if view else version_moves.preview(session, *where, asked.to, now_ms())
    out.print(f"{told.from_version} → {told.to_version}")
    for change in told.changes:
        out.print(f"  {change.kind}: {change.detail}", markup=False, highlight=False)
    if not told.judges:
        out.print("texts alone differ, so nobody is judged again")
    else:
        out.print(f"{told.answers} answers of {told.candidates} candidates are judged again")
    if view is None:
        out.print("nothing is begun; --start does")
        return
    done = view.progress
    out.print(
        f"{done.judged} of {done.total} judged in the shadow, {done.failed} could not be, "
        f"{done.missing} came since, {done.waiting} wait on the version that counts"
    )
    for one in view.changes:
        out.print(
            f"  {one.candidate} {one.code}: {one.verdict[0]} {one.score[0]:g} → "
            f"{one.verdict[1]} {one.score[1]:g} {one.test}",
            markup=False,
            highlight=False,
        )
    if done.ready:
        moved = version_moves.effects(session, READER, *where, now_ms())
        print_moves(moved, "nothing is switched; --apply does")


def invite(
    campaign: Annotated[str, typer.Argument(help="The campaign.")],
    people_csv: Annotated[
        Path, typer.Argument(help="Columns name, mail, language (en, zh), extra_time (1.0).")
    ],
    data_dir: DataDir = None,
    public_url: PublicUrl = None,
) -> None:
    """Invite everybody in a CSV file to CAMPAIGN, and print the links; all or nobody."""
    settings = settings_from(data_dir, None, None, public_url)
    with faults_explained(), opened(settings) as engine:
        view = _campaign(engine, campaign)
        guests = _read(people_csv)
        now = now_ms()
        links: list[str] = []
        with transaction(engine) as session:
            _refuse_known(session, view.id, guests, people_csv)
            for guest in guests:
                person = people.new_person(
                    session,
                    Role.CANDIDATE,
                    name=guest.name,
                    mail=guest.mail,
                    language=guest.language,
                    campaign_id=view.id,
                    now_ms=now,
                )
                secret = people.invite(
                    session,
                    person,
                    time_factor=guest.extra_time,
                    expires_at_ms=now + settings.invitation_days * DAY_MS,
                )
                links.append(f"{settings.url}/i/{secret}")
            audit.note(session, ACTOR, f"{len(guests)} invited", f"campaign {view.slug}", now)
        for guest, link in zip(guests, links, strict=True):
            # A link is shown once, so it is never cut or broken, however narrow the terminal.
            out.print(f"{guest.name}  {guest.mail}\n    {link}", markup=False, soft_wrap=True)
        out.print(
            f"{len(guests)} invited; links are shown once and valid {settings.invitation_days} days"
        )


_BEYOND = "beyond the columns"


@dataclass(frozen=True, slots=True)
class _Guest:
    """One line of the file, checked."""

    name: str
    mail: str
    language: str
    extra_time: float


def _read(path: Path) -> list[_Guest]:
    """The file's lines; every bad one is named before anybody is invited."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        fail(f"{path} can't be read: {error.strerror}")
    except UnicodeDecodeError:
        fail(f"{path} is not UTF-8; save it as “CSV UTF-8”")
    # Spreadsheets of other systems end lines by CR LF, or by CR alone.
    lines = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"))
    rows = csv.DictReader(lines, restkey=_BEYOND, skipinitialspace=True)
    try:
        return _checked(rows, path)
    except csv.Error as error:
        most = csv.field_size_limit()
        fail(
            f"{path}: what follows line {rows.line_num} is no line of a CSV: {error}. A quote that "
            f"is never closed takes all that comes; a value may have {most} characters"
        )


def _checked(rows: "csv.DictReader[str]", path: Path) -> list[_Guest]:
    unknown = [name for name in rows.fieldnames or () if name not in _COLUMNS]
    if unknown or "name" not in (rows.fieldnames or ()) or "mail" not in (rows.fieldnames or ()):
        fail(
            f"{path}: the first line must name the columns {', '.join(_COLUMNS)} "
            f"(name and mail at least); it has {', '.join(rows.fieldnames or ()) or 'nothing'}"
        )
    guests: list[_Guest] = []
    bad: list[str] = []
    seen: set[str] = set()
    for row in rows:
        where = f"line {rows.line_num}"
        guest = _guest(row, where, bad)
        if guest is None:
            continue
        if guest.mail.lower() in seen:
            bad.append(f"{where}: {guest.mail} is there twice")
        seen.add(guest.mail.lower())
        guests.append(guest)
    if bad:
        fail(f"{path}: nobody was invited; correct these lines:\n  " + "\n  ".join(bad))
    if not guests:
        fail(f"{path} names nobody")
    return guests


def _guest(row: dict[str, Any], where: str, bad: list[str]) -> _Guest | None:
    name, mail = (row.get("name") or "").strip(), (row.get("mail") or "").strip()
    language = (row.get("language") or "en").strip() or "en"
    factor_text = (row.get("extra_time") or "1").strip() or "1"
    before = len(bad)
    more = row.get(_BEYOND)
    if more:
        bad.append(f"{where}: more values than columns ({', '.join(more)}); quote what has a comma")
    if not name:
        bad.append(f"{where}: no name")
    if mail.count("@") != 1 or mail.startswith("@") or mail.endswith("@") or " " in mail:
        bad.append(f"{where}: '{mail}' is not a mail address")
    if language not in ("en", "zh"):
        bad.append(f"{where}: language '{language}'; it can be en or zh")
    try:
        factor = float(factor_text)
    except ValueError:
        factor = 0.0
    if not 1.0 <= factor <= _FACTOR_MAX:
        bad.append(f"{where}: extra_time '{factor_text}'; a factor from 1 to {_FACTOR_MAX:g}")
    return _Guest(name, mail, language, factor) if len(bad) == before else None


def _refuse_known(session: Session, campaign_id: int, guests: list[_Guest], path: Path) -> None:
    known = people.mails_of(session, campaign_id)
    again = [guest.mail for guest in guests if guest.mail.lower() in known]
    if again:
        fail(f"{path}: invited before, so nobody was invited now: {', '.join(again)}")


def _packages(engine: Engine, names: str) -> list[Package]:
    if not names:
        found = load_bank(engine)
        for package in (one for one in found if one.needs):
            out.print(
                f"{package.problem.slug} is left out: it needs a {package.needs}, which few "
                "machines have; name it in --problems to ask it"
            )
        return [package for package in found if not package.needs]
    with Session(engine) as session:
        return [_package(session, name.strip()) for name in names.split(",") if name.strip()]


def _package(session: Session, name: str) -> Package:
    """What is published here by that name; else a folder, or a problem of the bank."""
    if (Path(name) / "problem.yaml").is_file() or not catalogue.exists(session, name):
        return find_package(name)
    return catalogue.published(session, name)


def _require_candidate(engine: Engine, campaign: CampaignView, code: str) -> None:
    with Session(engine) as session:
        try:
            people.candidate(session, campaign.id, code)
        except Refusal:
            fail(f"{campaign.slug} has no candidate '{code}'; its leaderboard has the codes")


def _campaign(engine: Engine, slug: str) -> CampaignView:
    with Session(engine) as session:
        try:
            return campaigns.by_slug(session, slug)
        except Refusal:
            known = ", ".join(one.slug for one in campaigns.all_campaigns(session)) or "none"
            fail(f"there is no campaign '{slug}'; there are: {known}")
