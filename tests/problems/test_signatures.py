"""Signed files: what was signed is what is read, and a changed byte is told."""

import json

import pytest

from problems import signatures
from problems.signatures import SignatureFault


def signed_file(payload: str = '{"a": "数"}') -> str:
    private, _ = signatures.new_key()
    return signatures.to_file(signatures.sign(payload, private))


def test_what_was_signed_is_what_is_read() -> None:
    private, public = signatures.new_key()
    signed = signatures.sign("text\n文", private)
    read = signatures.from_file(signatures.to_file(signed))
    assert read == signed
    assert read.public_key == public
    assert read.fingerprint == signatures.fingerprint(public)


@pytest.mark.parametrize("name", ["payload", "signature", "public_key"])
def test_a_changed_byte_is_told(name: str) -> None:
    body = json.loads(signed_file())
    first = body[name][1]
    body[name] = body[name][:1] + ("B" if first != "B" else "C") + body[name][2:]
    with pytest.raises(SignatureFault):
        signatures.from_file(json.dumps(body))


def test_another_key_does_not_make_it_its_own() -> None:
    body = json.loads(signed_file())
    body["public_key"] = json.loads(signed_file())["public_key"]
    with pytest.raises(SignatureFault, match="does not fit"):
        signatures.from_file(json.dumps(body))


@pytest.mark.parametrize("text", ["", "7", "{}", "[]", '{"payload": 1}', "\x00"])
def test_what_is_no_signed_file_is_told(text: str) -> None:
    with pytest.raises(SignatureFault):
        signatures.from_file(text)
