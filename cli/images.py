"""`judge images`: the sandbox's images, built and listed."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.console import ProgressLines, fail, faults_explained, out
from sandboxes import compose_images, containers, images, native_context, packages

app = typer.Typer(
    no_args_is_help=True, help="The sandbox's images: build, list, lock, context, sbom."
)


class What(StrEnum):
    """Which images."""

    SANDBOX = "sandbox"
    WINDOWS_WINE = "windows-wine"
    SERVICES = "services"


@app.command()
def build(
    what: Annotated[
        What, typer.Argument(help="sandbox; windows-wine; or services: those of compose.yaml.")
    ] = What.SANDBOX,
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
        if what is What.SERVICES:
            compose_images.build(client, ProgressLines().say, offline=offline)
            return
        recipe = _recipe(what)
        work = images.ensure if if_needed else images.build
        work(client, ProgressLines().say, recipe, offline=offline)
        _print(images.report(client, recipe))


@app.command("list")
def list_images() -> None:
    """Say which images are here, how large, and whether they are current."""
    with faults_explained():
        client = containers.connect()
        _print(images.report(client))
        if images.are_present(client, images.WINE):
            _print(images.report(client, images.WINE))


@app.command()
def lock(
    what: Annotated[What, typer.Argument(help="sandbox, or windows-wine.")] = What.SANDBOX,
) -> None:
    """Take the mirror's newest package versions, and write them to the locks."""
    if what is What.SERVICES:
        fail("the services' images have no locks; sandbox and windows-wine have")
    with faults_explained():
        client, recipe = containers.connect(), _recipe(what)
        images.relock(client, ProgressLines().say, recipe, datetime.now(UTC))


@app.command()
def context(
    folder: Annotated[Path, typer.Argument(help="A new folder; it may be carried elsewhere.")],
) -> None:
    """Lay out what the Windows runner's image is built from, on a Windows host."""
    if folder.exists():
        fail(f"{folder} is there already; name a new folder")
    with faults_explained():
        native_context.write(folder)
    out.print(
        f"{folder} is ready. Put w64devkit into it and build on Windows: docs/windows.md, "
        "A native runner"
    )


@app.command()
def sbom(
    image: Annotated[
        str, typer.Argument(help=f"One of {', '.join(images.ALL_IMAGES)}.")
    ] = containers.RUN_IMAGE,
) -> None:
    """Print an image's software bill of materials (CycloneDX 1.6, JSON)."""
    if image not in images.ALL_IMAGES:
        fail(f"there is no image {image!r} of ours; there are {', '.join(images.ALL_IMAGES)}")
    with faults_explained():
        client = containers.connect()
        found = packages.installed(client, image)
        image_id = str(client.images.get(image).id)
        sys.stdout.write(packages.bill_of_materials(image, image_id, found) + "\n")


def _recipe(what: What) -> images.Recipe:
    return images.WINE if what is What.WINDOWS_WINE else images.LINUX


def _print(report: Sequence[tuple[images.ImageState, Sequence[packages.Drift]]]) -> None:
    for state, differing in report:
        if not state.present:
            out.print(f"{state.name}  missing; run `judge images build`")
            continue
        note = "current" if state.current else "out of date; run `judge images build`"
        out.print(f"{state.name}  {state.size_bytes / 1e6:.0f} MB  {note}")
        if differing:
            out.print(f"  {len(differing)} packages differ from the lock:")
        for one in differing:
            out.print(f"    {one}")
