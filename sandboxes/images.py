"""Images: the sandbox's two for each target, and the Debian base they stand on.

Two ways to the base: Docker Hub, or, where that can't be reached, Debian's own archive through
mmdebstrap (as root on Debian or Ubuntu) and `docker import`.
"""

import hashlib
import io
import os
import secrets
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import docker
from docker.errors import APIError, BuildError, DockerException, ImageNotFound

from judge.errors import HostUnfit
from judge.targets import TargetId
from sandboxes import packages, windows_python
from sandboxes.containers import BUILD_IMAGE, RUN_IMAGE, WINE_BUILD_IMAGE, WINE_RUN_IMAGE

BASE = "debian:trixie-slim"
CONTEXT = Path(__file__).parent
ORACLES = CONTEXT.parent / "oracles"
"""A package of its own beside this one, which the images have as it is."""
SOURCES_LABEL = "judge.sources"
_CONTEXT_SUFFIXES = (".c", ".h", ".py", ".sh", ".lock")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The images of one target: stages of one Dockerfile, built from the same sources."""

    dockerfile: str
    stages: dict[str, str]
    """By image; each stage has a lock of its name."""
    folders: tuple[str, ...]
    locks: tuple[str, ...]
    fetched: Callable[[Path], None] | None = None
    """Puts what is not in our repository into a folder that becomes part of the context."""
    stands_on: "Recipe | None" = None


LINUX = Recipe(
    dockerfile="linux.Dockerfile",
    stages={RUN_IMAGE: "run", BUILD_IMAGE: "build"},
    folders=("supervisor", "compatibility", "build"),
    locks=("run", "build"),
)
WINE = Recipe(
    dockerfile="windows-wine.Dockerfile",
    stages={WINE_BUILD_IMAGE: "wine-build", WINE_RUN_IMAGE: "wine-run"},
    folders=("windows", "build"),
    locks=("wine-run", "wine-build"),
    fetched=windows_python.fetch,
    stands_on=LINUX,
)
RECIPES = {TargetId.LINUX: LINUX, TargetId.WINDOWS_WINE: WINE}
ALL_IMAGES = {name: recipe for recipe in RECIPES.values() for name in recipe.stages}


@dataclass(frozen=True, slots=True)
class ImageState:
    """Whether an image is here, and made from the sources that we have."""

    name: str
    present: bool
    current: bool
    size_bytes: int


def sources_digest(recipe: Recipe) -> str:
    """A digest over all that a target's images are built from."""
    digest = hashlib.sha256()
    for name, path in _context_files(recipe).items():
        digest.update(name.encode() + b"\0")
        digest.update(path.read_bytes())
    if recipe.stands_on is not None:
        digest.update(sources_digest(recipe.stands_on).encode())
    return digest.hexdigest()[:16]


def states(client: docker.DockerClient, recipe: Recipe = LINUX) -> tuple[ImageState, ...]:
    return tuple(_state(client, recipe, name) for name in recipe.stages)


def _state(client: docker.DockerClient, recipe: Recipe, name: str) -> ImageState:
    try:
        image = client.images.get(name)
    except ImageNotFound:
        return ImageState(name, present=False, current=False, size_bytes=0)
    current = image.labels.get(SOURCES_LABEL) == sources_digest(recipe)
    return ImageState(name, present=True, current=current, size_bytes=image.attrs["Size"])


def are_present(client: docker.DockerClient, recipe: Recipe) -> bool:
    """Whether a target's images are here, old ones included."""
    return all(state.present for state in states(client, recipe))


def ensure(
    client: docker.DockerClient, say: Say, recipe: Recipe = LINUX, *, offline: bool = False
) -> None:
    """Build what is missing or out of date. Raises HostUnfit with the remedy."""
    if not all(state.current for state in states(client, recipe)):
        build(client, say, recipe, offline=offline)


def build(
    client: docker.DockerClient,
    say: Say,
    recipe: Recipe = LINUX,
    *,
    offline: bool = False,
    unlocked: bool = False,
) -> None:
    """Build a target's images, their base first. Raises HostUnfit with the engine's words.

    `unlocked`: with the newest package versions instead of the locks' (for `relock`).
    """
    if recipe.stands_on is None:
        ensure_base(client, say, offline=offline)
    else:
        ensure(client, say, recipe.stands_on, offline=offline)
    with tempfile.TemporaryDirectory() as folder:
        if recipe.fetched is not None:
            say("fetching what Debian does not have")
            recipe.fetched(Path(folder))
        for name in recipe.stages:
            say(f"building {name} (20 s to some minutes where compilers must be fetched)")
            start = partial(_build_stream, client, recipe, name, Path(folder), unlocked=unlocked)
            follow_build(name, start, say)


def relock(client: docker.DockerClient, say: Say, recipe: Recipe, now: datetime) -> None:
    """Build with the mirror's newest versions, lock those, and build again from the locks."""
    build(client, say, recipe, unlocked=True)
    for name, stage in recipe.stages.items():
        path = packages.write_lock(stage, packages.installed(client, name), now)
        say(f"wrote {path}")
    build(client, say, recipe)


def report(
    client: docker.DockerClient, recipe: Recipe = LINUX
) -> tuple[tuple[ImageState, tuple[packages.Drift, ...]], ...]:
    """Each image, and where it differs from its lock (which asks a container of it)."""
    return tuple(
        (state, drift(client, recipe, state.name) if state.present else ())
        for state in states(client, recipe)
    )


def drift(client: docker.DockerClient, recipe: Recipe, name: str) -> tuple[packages.Drift, ...]:
    """Where an image that is here differs from its lock."""
    lock = packages.read_lock(recipe.stages[name])
    return packages.drift(packages.installed(client, name), lock)


def follow_build(name: str, start: Callable[[], Iterator[dict[str, Any]]], say: Say) -> None:
    """Say a build's steps. Raises HostUnfit with the engine's last words."""
    lines: list[str] = []
    try:
        for piece in start():
            text = str(piece.get("stream") or piece.get("error") or "").strip()
            if text:
                lines.append(text)
            if text.startswith(("Step ", "WARNING: ")):
                say(text.splitlines()[0][:100])
            if "error" in piece:
                raise HostUnfit(f"{name} can't be built:\n" + "\n".join(lines[-15:]))
    except (BuildError, APIError, DockerException) as error:
        raise HostUnfit(f"{name} can't be built: {error}") from error


def proxies() -> dict[str, str]:
    """The machine's proxy settings, as arguments of a build."""
    return {k: v for k, v in os.environ.items() if k.lower().endswith("_proxy")}


def _build_stream(
    client: docker.DockerClient, recipe: Recipe, name: str, fetched: Path, *, unlocked: bool
) -> Iterator[dict[str, Any]]:
    arguments = proxies()
    if unlocked:
        arguments["UNLOCKED"] = secrets.token_hex(4)  # a new word, so that no cached layer fits
    return client.api.build(
        fileobj=_context(recipe, fetched),
        custom_context=True,
        dockerfile=recipe.dockerfile,
        target=recipe.stages[name],
        tag=name,
        rm=True,
        forcerm=True,
        decode=True,
        labels={SOURCES_LABEL: sources_digest(recipe)},
        # The host's network: behind a proxy or in a closed network, what works for apt here
        # works for apt there.
        network_mode="host",
        buildargs=arguments,
    )


def _context_files(recipe: Recipe) -> dict[str, Path]:
    """What is ours of a build's context, by its name there."""
    folders = [CONTEXT / name for name in recipe.folders]
    if recipe.stands_on is None:
        folders.append(ORACLES)
    found = {recipe.dockerfile: CONTEXT / recipe.dockerfile}
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if path.suffix in _CONTEXT_SUFFIXES or path.name == "Makefile":
                found[f"{folder.name}/{path.name}"] = path
    for lock in recipe.locks:
        found[f"locks/{lock}.lock"] = CONTEXT / "locks" / f"{lock}.lock"
    return found


def _context(recipe: Recipe, fetched: Path) -> io.BytesIO:
    """As one archive whose bytes depend on the files alone, so that the engine's cache can tell."""
    buffer = io.BytesIO()
    ours = _context_files(recipe)
    brought = {
        path.relative_to(fetched).as_posix(): path
        for path in sorted(fetched.rglob("*"))
        if path.is_file()
    }
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, path in {**ours, **brought}.items():
            info = tarfile.TarInfo(name)
            data = path.read_bytes()
            info.size, info.mode = len(data), 0o644
            archive.addfile(info, io.BytesIO(data))
    buffer.seek(0)
    return buffer


def ensure_base(client: docker.DockerClient, say: Say, *, offline: bool) -> None:
    """The Debian that all our images stand on: here, pulled, or made. Raises HostUnfit."""
    try:
        client.images.get(BASE)
    except ImageNotFound:
        pass
    else:
        return
    if not offline:
        say(f"pulling {BASE}")
        try:
            client.images.pull(BASE)
        except (APIError, DockerException) as error:
            say(f"Docker Hub can't be reached ({str(error)[:80]}…); making the base from Debian")
        else:
            return
    _make_base(client, say)


def _make_base(client: docker.DockerClient, say: Say) -> None:
    if shutil.which("mmdebstrap") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise HostUnfit(
            f"{BASE} can't be pulled, and can't be made here: that needs root and mmdebstrap "
            "(apt-get install mmdebstrap). Or load it: docker load < base.tar"
        )
    say(f"making {BASE} with mmdebstrap (15 to 80 s)")
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "base.tar"
        command = ["mmdebstrap", "--quiet", "--variant=minbase", "--include=ca-certificates"]
        made = subprocess.run(
            [*command, *_mirror_options(), "trixie", str(archive), *_mirrors()],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise HostUnfit(f"mmdebstrap failed:\n{made.stderr[-1500:]}")
        name, tag = BASE.split(":")
        client.api.import_image_from_file(str(archive), repository=name, tag=tag)


def _mirror_options() -> list[str]:
    """Debian's own keys: an Ubuntu host's apt doesn't trust them by default."""
    keyring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    return [f"--keyring={keyring}"] if keyring.exists() else []


def _mirrors() -> list[str]:
    """The machine's own Debian mirror, where apt names one; mmdebstrap's default otherwise."""
    for place in (
        Path("/etc/apt/sources.list"),
        *sorted(Path("/etc/apt/sources.list.d").glob("*")),
    ):
        if not place.is_file():
            continue
        for word in place.read_text(errors="replace").split():
            if word.startswith("http") and word.rstrip("/").endswith("/debian"):
                return [word]
    return []
