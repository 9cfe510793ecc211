"""`judge verify-certificate`: whether a certificate is what an installation signed."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.console import EXIT_MISMATCH, fail, out
from problems import signatures
from problems.signatures import CERTIFICATE, SignatureFault, SignedText

BYTES_MAX = 16 << 20


def verify_certificate(
    file: Annotated[Path, typer.Argument(help="A signed file, from a problem's certificate page.")],
    key: Annotated[
        str, typer.Option(help="The fingerprint that the installation's page shows.")
    ] = "",
) -> None:
    """Check FILE's signature, and say what it certifies.

    Exit code 1 where the signature does not hold, or another key made it than --key.
    """
    signed, body = _read(file)
    if key and key != signed.fingerprint:
        fail(f"{file} is signed by {signed.fingerprint}, and not by {key}", EXIT_MISMATCH)
    problem = f"{body['problem']} {body['version']}"
    out.print(f"✓ {problem}, {body['issued_at']}, signed by {signed.fingerprint}")
    _tell(body)
    if not key:
        out.print("--key FINGERPRINT, from the installation's own page, says that it was theirs.")


def _read(file: Path) -> tuple[SignedText, dict[str, Any]]:
    try:
        size = file.stat().st_size
        if size > BYTES_MAX:
            fail(f"{file} has {size:,} bytes; a certificate has at most {BYTES_MAX:,}")
        signed = signatures.from_file(file.read_text())
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file} can't be read: {error}")
    except SignatureFault as fault:
        fail(f"{file}: {fault}", EXIT_MISMATCH)
    body = json.loads(signed.payload)
    if not isinstance(body, dict) or body.get("kind") != CERTIFICATE:
        fail(f"{file} is signed, and is no certificate of a problem", EXIT_MISMATCH)
    return signed, body


def _tell(body: dict[str, Any]) -> None:
    mutation = body["mutation"]
    if mutation:
        low, high = mutation["interval"]
        out.print(f"mutation score {mutation['score']:.1%} ({low:.1%}-{high:.1%})")
    for share in body["submissions"]:
        out.print(f"{share['name']}: {share['right']} of {share['runs']} as expected")
    if body["published_despite"]:
        out.print(f"! published all the same: {body['published_despite']}", markup=False)
        for unmet in body["unmet"]:
            out.print(f"  ✕ {unmet}", markup=False)
