"""Images: the sandbox's own, and the Debian base it stands on.

Two ways to the base: Docker Hub, or, where that can't be reached, Debian's own archive through
mmdebstrap (as root on Debian or Ubuntu) and `docker import`.
"""

import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
from docker.errors import APIError, BuildError, DockerException, ImageNotFound

from judge.errors import HostUnfit
from sandboxes.containers import IMAGE

BASE = "debian:trixie-slim"
CONTEXT = Path(__file__).parent
SOURCES_LABEL = "judge.sources"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ImageState:
    """Whether an image is here, and made from the sources that we have."""

    name: str
    present: bool
    current: bool
    size_bytes: int


def sources_digest() -> str:
    """A digest over all that the image is built from."""
    digest = hashlib.sha256()
    for path in _context_files():
        digest.update(path.relative_to(CONTEXT).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def state(client: docker.DockerClient) -> ImageState:
    try:
        image = client.images.get(IMAGE)
    except ImageNotFound:
        return ImageState(IMAGE, present=False, current=False, size_bytes=0)
    current = image.labels.get(SOURCES_LABEL) == sources_digest()
    return ImageState(IMAGE, present=True, current=current, size_bytes=image.attrs["Size"])


def ensure(client: docker.DockerClient, say: Say, *, offline: bool = False) -> None:
    """Build what is missing or out of date. Raises HostUnfit with the remedy."""
    if not state(client).current:
        build(client, say, offline=offline)


def build(client: docker.DockerClient, say: Say, *, offline: bool = False) -> None:
    """Build the sandbox image, its base first. Raises HostUnfit with the engine's words."""
    _ensure_base(client, say, offline=offline)
    say(f"building {IMAGE} (compilers and the supervisor; 20 s to some minutes)")
    lines: list[str] = []
    try:
        for piece in _build_stream(client):
            text = str(piece.get("stream") or piece.get("error") or "").strip()
            if text:
                lines.append(text)
            if text.startswith("Step "):
                say(text.splitlines()[0][:100])
            if "error" in piece:
                raise HostUnfit(f"{IMAGE} can't be built:\n" + "\n".join(lines[-15:]))
    except (BuildError, APIError, DockerException) as error:
        raise HostUnfit(f"{IMAGE} can't be built: {error}") from error


def _build_stream(client: docker.DockerClient) -> Iterator[dict[str, Any]]:
    return client.api.build(
        fileobj=_context(),
        custom_context=True,
        dockerfile="linux.Dockerfile",
        tag=IMAGE,
        rm=True,
        forcerm=True,
        decode=True,
        labels={SOURCES_LABEL: sources_digest()},
        # The host's network: behind a proxy or in a closed network, what works for apt here
        # works for apt there.
        network_mode="host",
        buildargs={k: v for k, v in os.environ.items() if k.lower().endswith("_proxy")},
    )


def _context_files() -> list[Path]:
    wanted = [CONTEXT / "linux.Dockerfile"]
    for folder in ("supervisor", "python"):
        wanted += sorted(p for p in (CONTEXT / folder).iterdir() if p.suffix in (".c", ".h", ".py"))
    return [*wanted, CONTEXT / "supervisor" / "Makefile"]


def _context() -> io.BytesIO:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path in _context_files():
            info = tarfile.TarInfo(path.relative_to(CONTEXT).as_posix())
            data = path.read_bytes()
            info.size, info.mode = len(data), 0o644
            archive.addfile(info, io.BytesIO(data))
    buffer.seek(0)
    return buffer


def _ensure_base(client: docker.DockerClient, say: Say, *, offline: bool) -> None:
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
