"""What is installed in an image: compared with its lock, and told as a bill of materials."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import docker
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from docker.errors import DockerException
from packageurl import PackageURL

from judge.errors import HostUnfit

LOCKS = Path(__file__).parent / "locks"
_QUERY = ["dpkg-query", "-W", "-f", "${Package}\\t${Version}\\t${Architecture}\\n"]


@dataclass(frozen=True, slots=True, order=True)
class Installed:
    """One Debian package of an image."""

    name: str
    version: str
    architecture: str


@dataclass(frozen=True, slots=True)
class Drift:
    """A package whose version isn't the lock's; "" where one side lacks it."""

    name: str
    locked: str
    installed: str

    def __str__(self) -> str:
        return f"{self.name} {self.installed or 'missing'} (locked: {self.locked or 'not'})"


def installed(client: docker.DockerClient, image: str) -> tuple[Installed, ...]:
    """The image's packages, by name. Raises HostUnfit when it can't be asked."""
    try:
        listed: bytes = client.containers.run(
            image, _QUERY, remove=True, network_mode="none", entrypoint=[]
        )
    except DockerException as error:
        raise HostUnfit(f"{image} can't be asked for its packages: {error}") from error
    return tuple(sorted(Installed(*line.split("\t")) for line in listed.decode().splitlines()))


def read_lock(stage: str) -> dict[str, str]:
    """Versions by package, of the stage `run` or `build`."""
    lines = (LOCKS / f"{stage}.lock").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def drift(found: tuple[Installed, ...], lock: dict[str, str]) -> tuple[Drift, ...]:
    """Where an image differs from its lock. Packages that only a base brings are no drift."""
    versions = {package.name: package.version for package in found}
    return tuple(
        Drift(name, locked, versions.get(name, ""))
        for name, locked in sorted(lock.items())
        if versions.get(name) != locked
    )


def write_lock(stage: str, found: tuple[Installed, ...], now: datetime) -> Path:
    """Write what an image has as its new lock; the file."""
    path = LOCKS / f"{stage}.lock"
    day = now.astimezone(UTC).strftime("%Y%m%dT000000Z")
    lines = [
        "# Exact versions of the image's Debian packages; written by `judge images lock`.",
        f"# as of {day}",
        *(f"{package.name}={package.version}" for package in found),
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def bill_of_materials(image: str, image_id: str, found: tuple[Installed, ...]) -> str:
    """A CycloneDX 1.6 document, JSON."""
    bom = Bom()
    bom.metadata.component = Component(
        name=image, version=image_id, type=ComponentType.CONTAINER, bom_ref=image
    )
    for package in found:
        url = PackageURL(
            type="deb",
            namespace="debian",
            name=package.name,
            version=package.version,
            qualifiers={"arch": package.architecture, "distro": "trixie"},
        )
        bom.components.add(
            Component(
                name=package.name,
                version=package.version,
                type=ComponentType.LIBRARY,
                purl=url,
                bom_ref=str(url),
            )
        )
    bom.register_dependency(bom.metadata.component, bom.components)
    return JsonV1Dot6(bom).output_as_string(indent=1)
