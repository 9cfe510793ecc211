"""`judge doctor`: what on this host is unfit or missing, and how to mend it."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from cli.console import EXIT_MISMATCH, faults_explained, out
from cli.local import workbench
from judge.fitness import run_check
from sandboxes.doctor import Finding, State, examine

NOISE_FLOOR_MAX = 0.1
"""Above this a machine is of no use for limits closer than about 1.2."""
_MARKS = {State.GOOD: "✓", State.WARNING: "!", State.BAD: "✕"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Findings for machines.")] = False,
) -> None:
    """Examine this machine. Exit code 1 when something that judging needs is missing."""
    with faults_explained():
        findings = list(examine())
        if all(finding.state is not State.BAD for finding in findings):
            findings.append(_tie())
    if as_json:
        out.print_json(json.dumps([asdict(finding) for finding in findings]))
    else:
        table = Table("", "what", "found", "to do", box=None)
        for one in findings:
            table.add_row(_MARKS[one.state], one.name, one.value, one.remedy)
        out.print(table)
    if any(finding.state is State.BAD for finding in findings):
        raise typer.Exit(EXIT_MISMATCH)


def _tie() -> Finding:
    """The A/A check that runners make, too: some seconds."""
    with workbench() as bench:
        check = run_check(bench)
    floor = f"noise floor {100 * check.noise_floor:.1f} %"
    if check.ties and check.noise_floor <= NOISE_FLOOR_MAX:
        return Finding("A/A check", State.GOOD, floor)
    value = floor if check.ties else f"no tie: {check.words}"
    return Finding("A/A check", State.WARNING, value, "see to what is marked above, and look again")
