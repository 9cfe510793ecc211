"""The images of compose.yaml's services: the judge itself, its database, its proxy."""

import io
import platform
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import docker

from judge.errors import HostUnfit
from sandboxes.images import Say, ensure_base, follow_build, proxies

ROOT = Path(__file__).parents[1]
CONTEXT = Path(__file__).parent / "services"
STAGES = {"judge/server:1": "server", "judge/database:1": "database", "judge/proxy:1": "proxy"}
SOURCE = ("judge", "oracles", "problems", "sandboxes", "web", "cli", "pyproject.toml", "README.md")
_LEFT_OUT = ("__pycache__", ".pyc")
PYTHON_IN_IMAGE = "3.13"


def build(client: docker.DockerClient, say: Say, *, offline: bool = False) -> None:
    """Build all three from this checkout. Raises HostUnfit with pip's or the engine's words."""
    if not (ROOT / "requirements.lock").is_file():
        raise HostUnfit(f"{ROOT} is no checkout of the judge; clone it and build there")
    ensure_base(client, say, offline=offline)
    with tempfile.TemporaryDirectory() as folder:
        wheels = Path(folder)
        say("fetching the locked Python packages for the image")
        _fetch_wheels(wheels)
        context = _context(wheels)
    for name, stage in STAGES.items():
        say(f"building {name}")
        context.seek(0)
        follow_build(name, partial(_build, client, context, name, stage), say)


def _fetch_wheels(folder: Path) -> None:
    """By this machine's own pip, which knows its mirrors and proxies; the image asks nobody."""
    machine = platform.machine()
    platforms = [f"manylinux{tag}_{machine}" for tag in ("2014", "_2_17", "_2_28")]
    options = [word for one in (*platforms, f"linux_{machine}") for word in ("--platform", one)]
    abis = [word for one in ("cp313", "abi3", "none") for word in ("--abi", one)]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
            *("--dest", str(folder), "--require-hashes", "--only-binary=:all:"),
            *("--python-version", PYTHON_IN_IMAGE, "--implementation", "cp"),
            *abis,
            *options,
            *("-r", str(ROOT / "requirements.lock")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise HostUnfit(f"pip can't fetch the locked packages:\n{done.stderr[-1500:]}")


def _context(wheels: Path) -> io.BytesIO:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path in sorted(CONTEXT.iterdir()):
            archive.add(path, path.name)
        archive.add(ROOT / "requirements.lock", "requirements.lock")
        archive.add(wheels, "wheels")
        for name in SOURCE:
            archive.add(ROOT / name, f"source/{name}", filter=_kept)
    return buffer


def _kept(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if info.name.endswith(_LEFT_OUT) else info


def _build(
    client: docker.DockerClient, context: io.BytesIO, name: str, stage: str
) -> Iterator[dict[str, Any]]:
    return client.api.build(
        fileobj=context,
        custom_context=True,
        target=stage,
        tag=name,
        rm=True,
        forcerm=True,
        decode=True,
        network_mode="host",
        buildargs=proxies(),
    )
