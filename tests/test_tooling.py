"""What people use to develop: the files that name our scripts and tools name what is there."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from cli.main import app
from judge.version import VERSION
from sandboxes import compose_images

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


def read(name: str) -> Any:  # noqa: ANN401  (YAML)
    return yaml.safe_load((ROOT / name).read_text())


def test_the_hooks_are_valid_and_their_tools_are_in_the_environment() -> None:
    subprocess.run(
        [str(BIN / "pre-commit"), "validate-config", ".pre-commit-config.yaml"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    hooks = read(".pre-commit-config.yaml")["repos"][0]["hooks"]
    assert {hook["id"] for hook in hooks} >= {"ruff", "mypy", "shellcheck", "clang-format", "texts"}
    for hook in hooks:
        tool = Path(hook["entry"].split()[0])
        assert tool.parts[:2] == (".venv", "bin")
        assert (BIN / tool.name).exists(), hook["entry"]


def test_hosted_runs_call_the_scripts_that_everybody_calls() -> None:
    workflow = read(".github/workflows/test.yml")
    commands = [
        step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step
    ]
    assert commands
    parts = re.search(
        r"^  ((?:\w+ \| )+\w+)\) ;;", (ROOT / "scripts/test").read_text(), re.MULTILINE
    )
    assert parts is not None
    known = set(parts[1].split(" | "))
    for command in commands:
        assert "scripts/test" in command
    assert set(workflow["jobs"]["docker"]["strategy"]["matrix"]["part"]) <= known
    pythons = workflow["jobs"]["quick"]["strategy"]["matrix"]["python"]
    assert pythons == ["3.11", "3.12", "3.13"]


def test_the_container_for_development_calls_the_same_scripts() -> None:
    text = (ROOT / ".devcontainer/devcontainer.json").read_text()
    described = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    for name in ("postCreateCommand", "postStartCommand"):
        assert (ROOT / described[name].split()[0]).exists()


@pytest.mark.parametrize("form", ["wrong-verdict", "fault"])
def test_the_forms_for_issues_can_be_read(form: str) -> None:
    found = read(f".github/ISSUE_TEMPLATE/{form}.yml")
    assert {"name", "description", "body"} <= set(found)


def test_owners_are_named_for_places_that_are_there() -> None:
    for line in (ROOT / ".github/CODEOWNERS").read_text().splitlines():
        if line and not line.startswith(("#", "*")):
            assert (ROOT / line.split()[0].strip("/")).exists(), line


def test_the_release_is_told() -> None:
    said = CliRunner().invoke(app, ["--version"])
    assert (said.exit_code, said.output.strip()) == (0, VERSION)


def test_the_services_image_gets_every_package_of_ours() -> None:
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())
    ours = packages["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(ours) <= set(compose_images.SOURCE)
    assert all((ROOT / name).exists() for name in compose_images.SOURCE)
