"""Backup, restore and copying: everything comes along, and work goes on where it was."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import SQLModel
from typer.testing import CliRunner

from cli.main import app
from tests.conftest import TEMPLATE, World
from tests.fleet.test_jobs import ApiRunner, submit
from web.settings import Settings
from web.storage.database import open_engine
from web.storage.tables import Role


def run(world: World, *words: str, database: str | None = None) -> tuple[int, str]:
    environment = {"JUDGE_DATABASE": world.settings.database if database is None else database}
    where = () if words[0] == "db" else ("--data-dir", str(world.settings.data_dir))
    done = CliRunner().invoke(app, [*words, *where], env=environment)
    return done.exit_code, done.output


def counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table.name: int(
                connection.execute(select(func.count()).select_from(table)).scalar() or 0
            )
            for table in SQLModel.metadata.sorted_tables
        }


def goes_on(world: World, settings: Settings) -> None:
    """A new submission gets a new number, and the one that waited is judged."""
    engine = open_engine(settings.database_url)
    moved = World(engine, settings, world.campaign, world.package)
    submit(moved, key="after the move", name="Carl")
    runner = ApiRunner(moved)
    for _ in range(2):
        job = runner.take()
        assert job is not None
        assert runner.hand_in(job) == 204
    assert runner.take() is None
    engine.dispose()


def test_a_backup_is_restored_on_a_fresh_machine_and_work_goes_on(
    world: World, tmp_path: Path
) -> None:
    submit(world)
    world.secret(Role.INTERVIEWER)
    before = counts(world.engine)
    file = tmp_path / "backup.sqlite"
    code, text = run(world, "backup", str(file))
    assert code == 0, text
    assert [path.name for path in tmp_path.glob("*backup*")] == ["backup.sqlite"]
    assert run(world, "backup", str(file))[0] == 2
    fresh = Settings(data_dir=tmp_path / "fresh", database="")
    moved = World(world.engine, fresh, world.campaign, world.package)
    code, text = run(moved, "restore", str(file), database="")
    assert code == 0, text
    engine = open_engine(fresh.database_url)
    assert counts(engine) == before
    engine.dispose()
    assert "holds" in run(moved, "restore", str(file), database="")[1]
    goes_on(world, fresh)


def test_what_is_no_backup_is_refused(world: World, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("nonsense")
    code, text = run(world, "restore", str(wrong))
    assert code == 2
    assert "is not what" in text
    assert "no file" in run(world, "restore", str(tmp_path / "none"))[1]
    assert "no folder" in run(world, "backup", str(tmp_path / "none" / "file"))[1]


def test_a_target_that_fails_half_way_holds_nothing(world: World, tmp_path: Path) -> None:
    submit(world)
    file = tmp_path / "backup.sqlite"
    assert run(world, "backup", str(file))[0] == 0
    engine = open_engine(f"sqlite:///{file}")
    with engine.begin() as connection:  # a job of a submission that isn't there
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("UPDATE job SET runner_id = 77")
    engine.dispose()
    fresh = Settings(data_dir=tmp_path / "fresh", database="")
    moved = World(world.engine, fresh, world.campaign, world.package)
    done = run(moved, "restore", str(file), database="")
    assert done[0] != 0
    engine = open_engine(fresh.database_url)
    assert set(counts(engine).values()) == {0}
    engine.dispose()


@pytest.mark.postgres
def test_an_installation_moves_from_sqlite_to_postgresql(
    world: World, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    cluster = request.getfixturevalue("cluster")
    submit(world)
    file = tmp_path / "small.sqlite"
    assert run(world, "backup", str(file))[0] == 0
    target = cluster.create("grown", template=TEMPLATE)
    code, text = run(world, "db", "copy", str(file), target)
    assert code == 0, text
    grown = Settings(data_dir=tmp_path, database=target)
    engine = open_engine(grown.database_url)
    assert counts(engine) == counts(world.engine)
    engine.dispose()
    goes_on(world, grown)
    cluster.drop("grown")
