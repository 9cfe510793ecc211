"""The images that fuzz the supervisor and run it under sanitizers; for tests alone."""

from pathlib import Path

import docker

from sandboxes import images

FOLDER = Path(__file__).parent
FUZZ_IMAGE, SANITIZED_IMAGE = "judge/fuzz:1", "judge/run-sanitized:1"
_STAGES = {FUZZ_IMAGE: "fuzz", SANITIZED_IMAGE: "supervised"}


def build(client: docker.DockerClient, name: str) -> str:
    """Build it where something changed (clang is fetched once); its name."""
    pieces = client.api.build(
        path=str(FOLDER),
        target=_STAGES[name],
        tag=name,
        rm=True,
        forcerm=True,
        decode=True,
        network_mode="host",
        buildargs=images.proxies(),
    )
    words = [str(piece.get("stream") or piece.get("error") or "") for piece in pieces]
    assert "Successfully built" in "".join(words), "".join(words[-20:])
    return name
