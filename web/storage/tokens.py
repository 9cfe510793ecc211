"""Secrets and codes: made here, stored as digests."""

import hashlib
import secrets

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 6


def new_secret() -> str:
    """256 bits, for an address."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret. The secrets are random, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_code() -> str:
    """Six Crockford base-32 digits: 30 bits, unique by the column's constraint."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH))
