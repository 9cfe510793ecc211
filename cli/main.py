"""The `judge` command."""

import typer

from cli import campaigns, database, images, problems, runners, webhooks
from cli.campaigns import invite
from cli.database import backup, migrate_database, restore
from cli.doctor import doctor
from cli.rescore import rescore
from cli.runner import runner
from cli.runners import link
from cli.start import serve, start
from cli.submit import submit
from cli.verify import verify

app = typer.Typer(
    name="judge",
    help="Judge answers to systems problems, in hardened containers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (start, serve, runner, submit, verify, invite, link, rescore, doctor):
    app.command()(command)
app.command("backup")(backup)
app.command("restore")(restore)
app.command("migrate")(migrate_database)
app.add_typer(database.app, name="db")
app.add_typer(campaigns.app, name="campaigns")
app.add_typer(images.app, name="images")
app.add_typer(problems.app, name="problems")
app.add_typer(runners.app, name="runners")
app.add_typer(webhooks.app, name="webhook")


def main() -> None:
    app()
