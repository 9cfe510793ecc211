"""Words: the Chinese catalogue is whole, the documents know every setting, command and verdict."""

import io
import subprocess
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from babel.messages.pofile import read_po
from typer.main import get_command

from cli.main import app
from judge.verdicts import Verdict
from web import i18n
from web.settings import Settings
from web.storage.database import MIGRATIONS

ROOT = Path(__file__).parents[1]


def test_every_text_has_its_chinese_and_no_text_is_stale(tmp_path: Path) -> None:
    template = tmp_path / "messages.pot"
    subprocess.run(
        [
            *(sys.executable, "-m", "babel.messages.frontend", "-q", "extract"),
            *("-F", "babel.cfg", "-o", str(template), "."),
        ],
        cwd=ROOT / "web",
        check=True,
    )
    wanted = {message.id for message in read_po(io.BytesIO(template.read_bytes())) if message.id}
    catalogue = read_po(io.BytesIO(i18n.CATALOGUE.read_bytes()), locale="zh_Hans_CN")
    known = {message.id: message.string for message in catalogue if message.id}
    assert wanted - set(known) == set()
    assert set(known) - wanted == set()
    untranslated = [
        name
        for name, text in known.items()
        if not (text if isinstance(text, str) else any(text or ()))
    ]
    assert untranslated == []


def test_refusals_and_placeholders_survive_translation() -> None:
    catalogue = read_po(io.BytesIO(i18n.CATALOGUE.read_bytes()), locale="zh_Hans_CN")
    for message in catalogue:
        if isinstance(message.id, str) and message.id:
            for word in ("{n}", "{time}", "%(n)s", "%(name)s"):
                assert (word in message.id) == (word in str(message.string)), message.id


def docs() -> str:
    places = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return "\n".join(path.read_text() for path in places)


def test_every_setting_is_explained() -> None:
    text = docs()
    for name in Settings.model_fields:
        assert f"JUDGE_{name.upper()}" in text, f"no page explains JUDGE_{name.upper()}"


def test_every_command_is_explained() -> None:
    text = docs()
    group = get_command(app)
    for name, sub in group.commands.items():  # type: ignore[attr-defined]
        names = [f"judge {name} {inner}" for inner in getattr(sub, "commands", {})]
        for wanted in names or [f"judge {name}"]:
            assert wanted in text, f"no page explains `{wanted}`"


def test_every_verdict_is_explained() -> None:
    text = docs()
    for verdict in Verdict:
        assert f"`{verdict.value}`" in text, f"no page explains {verdict.value}"


def test_the_migrations_make_the_tables_that_the_code_has(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{tmp_path / 'x.sqlite'}")
    command.upgrade(config, "head")
    command.check(config)
