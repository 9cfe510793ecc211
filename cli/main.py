"""The `judge` command."""

from typing import Annotated

import typer

from cli import campaigns, database, images, people, problems, runners, webhooks
from cli.campaigns import invite
from cli.certificates import verify_certificate
from cli.console import out
from cli.database import backup, migrate_database, restore
from cli.doctor import doctor
from cli.mutate import mutate
from cli.rescore import rescore
from cli.runner import runner
from cli.runners import link
from cli.start import serve, start
from cli.stress import stress_answers
from cli.submit import submit
from cli.verify import verify
from judge.version import VERSION

app = typer.Typer(
    name="judge",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (start, serve, runner, submit, verify, mutate, invite, link, rescore, doctor):
    app.command()(command)
app.command("stress")(stress_answers)
app.command("verify-certificate")(verify_certificate)
app.command("backup")(backup)
app.command("restore")(restore)
app.command("migrate")(migrate_database)
app.add_typer(database.app, name="db")
app.add_typer(campaigns.app, name="campaigns")
app.add_typer(images.app, name="images")
app.add_typer(people.app, name="people")
app.add_typer(problems.app, name="problems")
app.add_typer(runners.app, name="runners")
app.add_typer(webhooks.app, name="webhook")


@app.callback(invoke_without_command=True)
def options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, help="The release, and no more.")
    ] = False,
) -> None:
    """Judge answers to systems problems, in hardened containers."""
    if version:
        out.print(VERSION)
        raise typer.Exit


def main() -> None:
    app()
