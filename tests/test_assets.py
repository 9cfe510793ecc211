"""The committed front-end files are what their sources build, to the byte."""

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "web" / "static" / "vendor"


def test_the_committed_files_are_those_of_the_manifest() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text())
    package = json.loads((ROOT / "web" / "assets" / "package.json").read_text())
    assert manifest["versions"] == package["dependencies"]
    for name, sha256 in manifest["files"].items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == sha256, name


@pytest.mark.assets
def test_a_rebuild_gives_the_same_bytes(tmp_path: Path) -> None:
    sources = tmp_path / "assets"
    sources.mkdir()
    for name in ("package.json", "package-lock.json", "build.mjs", "editor.js"):
        (sources / name).write_bytes((ROOT / "web" / "assets" / name).read_bytes())
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=sources, check=True)
    subprocess.run(["node", "build.mjs", str(tmp_path / "out")], cwd=sources, check=True)
    built = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    committed = {path.name: path.read_bytes() for path in VENDOR.iterdir()}
    assert built.keys() == committed.keys()
    for name, content in built.items():
        assert content == committed[name], name
