"""`judge images`: the sandbox's images, built and listed."""

from collections.abc import Sequence
from typing import Annotated

import typer

from cli.console import Steps, faults_explained, out
from sandboxes import containers, images

app = typer.Typer(no_args_is_help=True, help="The sandbox's images: build, list.")


@app.command()
def build(
    if_needed: Annotated[
        bool, typer.Option("--if-needed", help="Only when missing or out of date.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Make the base with mmdebstrap, ask no hub.")
    ] = False,
) -> None:
    """Build the sandbox images; their base is pulled, or made with mmdebstrap."""
    with faults_explained():
        client = containers.connect()
        work = images.ensure if if_needed else images.build
        work(client, Steps().say, offline=offline)
        _print(images.states(client))


@app.command("list")
def list_images() -> None:
    """Say which images are here, how large, and whether they are current."""
    with faults_explained():
        _print(images.states(containers.connect()))


def _print(states: Sequence[images.ImageState]) -> None:
    for state in states:
        if not state.present:
            out.print(f"{state.name}  missing; run `judge images build`")
            continue
        note = "current" if state.current else "out of date; run `judge images build`"
        out.print(f"{state.name}  {state.size_bytes / 1e6:.0f} MB  {note}")
