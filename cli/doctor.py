"""`judge doctor`: what on this host is unfit or missing, and how to mend it."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from cli.console import EXIT_MISMATCH, faults_explained, out
from sandboxes.doctor import State, examine

_MARKS = {State.GOOD: "✓", State.WARNING: "!", State.BAD: "✕"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Findings for machines.")] = False,
) -> None:
    """Examine this machine. Exit code 1 when something that judging needs is missing."""
    with faults_explained():
        findings = list(examine())
    if as_json:
        out.print_json(json.dumps([asdict(finding) for finding in findings]))
    else:
        table = Table("", "what", "found", "to do", box=None)
        for one in findings:
            table.add_row(_MARKS[one.state], one.name, one.value, one.remedy)
        out.print(table)
    if any(finding.state is State.BAD for finding in findings):
        raise typer.Exit(EXIT_MISMATCH)
