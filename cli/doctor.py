"""`judge doctor`: what on this host is unfit or missing, and how to mend it."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from cli.console import EXIT_MISMATCH, faults_explained, out, target_option
from cli.local import local_slot
from judge.benchmark import run_aa_check
from judge.building import proved_languages
from judge.targets import TargetId
from judge.task import TargetSlot
from sandboxes import images, native_doctor
from sandboxes.doctor import HostFinding, State, examine

NOISE_FLOOR_MAX = 0.1
"""Above this a machine is of no use for limits closer than about 1.2."""
_MARKS = {State.GOOD: "✓", State.WARNING: "!", State.BAD: "✕"}


def doctor(
    target: Annotated[
        str, typer.Option(callback=target_option, help="linux, windows-wine or windows-native.")
    ] = TargetId.LINUX.value,
    as_json: Annotated[bool, typer.Option("--json", help="Findings for machines.")] = False,
) -> None:
    """Examine this machine. Exit code 1 when something that judging needs is missing."""
    with faults_explained():
        if target == TargetId.WINDOWS_NATIVE:
            findings = list(native_doctor.examine())
        else:
            findings = list(examine(images.RECIPES[TargetId(target)]))
            if all(finding.state is not State.BAD for finding in findings):
                with local_slot(target) as slot:
                    findings += [_languages(slot), _tie(slot)]
    if as_json:
        out.print_json(json.dumps([asdict(finding) for finding in findings]))
    else:
        table = Table("", "what", "found", "to do", box=None)
        for one in findings:
            table.add_row(_MARKS[one.state], one.name, one.value, one.remedy)
        out.print(table)
    if any(finding.state is State.BAD for finding in findings):
        raise typer.Exit(EXIT_MISMATCH)


def _languages(slot: TargetSlot) -> HostFinding:
    """The smoke programs that a runner makes, too."""
    complaints: list[str] = []
    proved = proved_languages(slot.sandbox, complaints.append)
    state = State.WARNING if complaints else State.GOOD
    return HostFinding("languages", state, ", ".join(proved) or "none", "; ".join(complaints)[:500])


def _tie(slot: TargetSlot) -> HostFinding:
    """The A/A check that runners make, too: some seconds."""
    check = run_aa_check(slot)
    floor = f"noise floor {100 * check.noise_floor:.1f} %"
    if check.ties and check.noise_floor <= NOISE_FLOOR_MAX:
        return HostFinding("A/A check", State.GOOD, floor)
    value = floor if check.ties else f"no tie: {check.words}"
    return HostFinding(
        "A/A check", State.WARNING, value, "see to what is marked above, and look again"
    )
