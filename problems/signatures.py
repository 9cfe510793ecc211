"""Signed texts: Ed25519 (RFC 8032), keys and signatures as URL-safe Base64.

A signed file is JSON with the signed text as it was signed, the signature and the public key, so
that nobody needs to agree on how JSON is written again.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

FINGERPRINT_LENGTH = 16
CERTIFICATE = "problem certificate"
"""What the text of a problem's certificate says that it is."""


class SignatureFault(ValueError):  # noqa: N818  (as the faults of errors.py are called)
    """A signed file that is none, or says something else than what was signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedText:
    """A text, who signed it, and the signature."""

    payload: str
    signature: str
    public_key: str

    @property
    def fingerprint(self) -> str:
        """For people to compare keys by."""
        return fingerprint(self.public_key)


def new_key() -> tuple[str, str]:
    """(private, public)."""
    key = Ed25519PrivateKey.generate()
    return _encoded(key.private_bytes_raw()), _encoded(key.public_key().public_bytes_raw())


def sign(payload: str, private_key: str) -> SignedText:
    key = Ed25519PrivateKey.from_private_bytes(_decoded(private_key))
    return SignedText(
        payload=payload,
        signature=_encoded(key.sign(payload.encode())),
        public_key=_encoded(key.public_key().public_bytes_raw()),
    )


def fingerprint(public_key: str) -> str:
    return hashlib.sha256(_decoded(public_key)).hexdigest()[:FINGERPRINT_LENGTH]


def to_file(signed: SignedText) -> str:
    body = {
        "payload": signed.payload,
        "signature": signed.signature,
        "public_key": signed.public_key,
    }
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


def from_file(text: str) -> SignedText:
    """A signed file whose signature holds. Raises SignatureFault with what is wrong."""
    try:
        body = json.loads(text)
        signed = SignedText(**{name: str(body[name]) for name in SignedText.__dataclass_fields__})
    except (ValueError, KeyError, TypeError) as error:
        raise SignatureFault(f"this is no signed file: {error!r}") from error
    try:
        key = Ed25519PublicKey.from_public_bytes(_decoded(signed.public_key))
        key.verify(_decoded(signed.signature), signed.payload.encode())
    except (InvalidSignature, ValueError, binascii.Error) as error:
        raise SignatureFault(
            "the signature does not fit the text: a byte of one of them was changed"
        ) from error
    return signed


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text.encode(), altchars=b"-_", validate=True)
