"""How long pages take with many problems of many versions, on both databases.

    .venv/bin/python benchmarks/pages.py [--problems 200] [--versions 500] [--looks 30]
                                         [--database sqlite,postgres]

Fills a database with so many problems, each with so many commits (packages of the bank, their
titles changed), and one with a large working copy and a verification of two hundred runs; then an
interviewer looks at each page so often, and its p50 and p95 are printed, with the same pages of an
installation that has the bank alone beside them. Exits with 1 where a page's p95 is over 300 ms.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session

from judge.values import BuildKind, Judgement, MemorySource, TestResult
from judge.verdicts import Verdict
from problems import BANK, tree
from problems.package import Package, load_folder
from problems.package_submissions import PackageSubmission
from tests.postgres import running
from web.accounts import people
from web.app import create_app
from web.problems import catalogue, working_copy
from web.problems.catalogue import summary_of
from web.settings import Settings
from web.storage import blobs, stored_judgement
from web.storage.authoring_tables import (
    ProblemCommit,
    ProblemRow,
    ProblemVersion,
    Verification,
    VerificationRun,
)
from web.storage.database import migrate, now_ms, open_engine, transaction
from web.storage.tables import Job, JobState, JudgementRow, Role, SubmissionKind, SubmissionRow

P95_MS_MAX = 300.0
RUNS = 200
LARGEST = "problem-000"
PAGES = {
    "/problems": "the list",
    "/problems?q=storage": "the list, searched",
    f"/problems/{LARGEST}": "a problem",
    f"/problems/{LARGEST}/edit": "its files",
    f"/problems/{LARGEST}/statements": "its statements",
    f"/problems/{LARGEST}/settings": "its settings",
    f"/problems/{LARGEST}/tests": "its tests",
    f"/problems/{LARGEST}/history": "its history",
    f"/problems/{LARGEST}/diff": "a difference",
    f"/problems/{LARGEST}/verify": "its verifications",
    f"/problems/{LARGEST}/verify/1": "a matrix",
    f"/problems/{LARGEST}/mutants": "its mutants",
    f"/problems/{LARGEST}/publish": "what is lacking",
    f"/problems/{LARGEST}/rights": "its rights",
    "/campaigns": "campaigns",
    "/account": "one's account",
}


def packages() -> list[Package]:
    return [load_folder(path.parent) for path in sorted(BANK.glob("*/problem.yaml"))]


def fill(engine: Engine, problems: int, versions: int) -> None:
    """Problems whose histories are long; the bytes are the bank's, stored once."""
    bank = packages()
    now = now_ms()
    for number in range(problems):
        package = bank[number % len(bank)]
        slug = f"problem-{number:03}"
        with transaction(engine) as session:
            sha256 = blobs.keep(session, tree.pack(package.tree))
            summary = asdict(summary_of(package))
            names = [f"{version:012x}" for version in range(versions)]
            newest = names[-1]
            session.add(
                ProblemRow(
                    slug=slug,
                    created_at_ms=now,
                    head_version=newest,
                    published_version=names[0],
                )
            )
            session.flush()
            rows = [
                {
                    "slug": slug,
                    "version": name,
                    "package_sha256": sha256,
                    "loaded_at_ms": now,
                    "summary": summary,
                }
                for name in names
            ]
            session.connection().execute(ProblemVersion.__table__.insert(), rows)  # type: ignore[attr-defined]
            commits = [
                {
                    "problem": slug,
                    "version": name,
                    "parent_version": names[place - 1] if place else "",
                    "author": "bank",
                    "sentence": f"Version {place} says something else than the one before.",
                    "at_ms": now + place,
                }
                for place, name in enumerate(names)
            ]
            session.connection().execute(ProblemCommit.__table__.insert(), commits)  # type: ignore[attr-defined]


def fill_one(engine: Engine, version: str) -> None:
    """A working copy that differs, and a verification of many runs, of the largest problem."""
    now = now_ms()
    with transaction(engine) as session:
        package = catalogue.get(session, LARGEST, version)
        changed = {**package.tree, "attachments/more.txt": b"more\n"}
        working_copy.put(session, LARGEST, changed, base=version, author="X", now_ms=now)
        person = people.new_person(
            session,
            Role.INTERVIEWER,
            name="A",
            mail="a@example.org",
            language="en",
            campaign_id=None,
            now_ms=now,
        )
        session.add(
            Verification(
                problem=LARGEST,
                version=version,
                kind="repeated",
                runs=RUNS // len(package.submissions) + 1,
                started_by="X",
                started_at_ms=now,
            )
        )
        session.flush()
        for number in range(RUNS):
            sample = package.submissions[number % len(package.submissions)]
            _add_run(session, package, sample, person, number)


def _add_run(
    session: Session, package: Package, sample: PackageSubmission, person: int, number: int
) -> None:
    """One judged run of the verification: its submission, job, judgement and line."""
    version, now = package.problem.version, now_ms()
    row = SubmissionRow(
        code=f"R{number:05}",
        person_id=person,
        form_key=f"run {number}",
        problem=LARGEST,
        problem_version=version,
        language=sample.submission.language,
        kind=SubmissionKind.VERIFY.value,
        file_name="x",
        source_sha256=blobs.keep(session, b"int x;"),
        created_at_ms=now,
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    job = Job(
        submission_id=row.id,
        target="linux",
        language=row.language,
        state=JobState.JUDGED.value,
        priority=7,
        tries=1,
        queued_at_ms=now,
    )
    judgement = JudgementRow(
        submission_id=row.id,
        target="linux",
        problem_version=version,
        tries=1,
        judged_at_ms=now,
        **stored_judgement.columns(_judgement(package)),
    )
    run = VerificationRun(
        verification_id=1,
        submission_id=row.id,
        name=sample.name,
        number=number,
        outcome={"linux": {"verdict": "accepted", "unmet": ""}},
        assessed=True,
    )
    session.add_all([job, judgement, run])


def _judgement(package: Package) -> Judgement:
    """One with as many tests as the package has."""
    problem = package.problem
    names = [(case.name, case.group) for case in problem.testcases]
    names += [(f"{f.group}-{n}", f.group) for f in problem.fresh for n in range(f.count)]
    tests = tuple(
        TestResult(
            name=name,
            group=group,
            build=BuildKind.PLAIN,
            sample=False,
            verdict=Verdict.ACCEPTED,
            cpu_ms=10.0,
            wall_ms=10.0,
            memory_bytes_peak=1 << 20,
            memory_source=MemorySource.CGROUP,
        )
        for name, group in names
    )
    return Judgement(
        verdict=Verdict.ACCEPTED, score=100, too_close=False, also=(), builds=(), tests=tests
    )


@contextmanager
def engine_of(database: str, folder: Path) -> Iterator[tuple[Settings, Engine]]:
    if database == "sqlite":
        settings = Settings(data_dir=folder, database="")
        migrate(settings.database_url)
        engine = open_engine(settings.database_url)
        yield settings, engine
        engine.dispose()
        return
    with running(folder) as cluster:
        settings = Settings(data_dir=folder, database=cluster.create("pages"))
        migrate(settings.database_url)
        engine = open_engine(settings.database_url)
        yield settings, engine
        engine.dispose()


def looks(settings: Settings, engine: Engine, count: int) -> dict[str, list[float]]:
    """Milliseconds of each look at each page, after one that warms up."""
    now = now_ms()
    with transaction(engine) as session:
        person = people.new_person(
            session,
            Role.INTERVIEWER,
            name="I",
            mail="i@example.org",
            language="en",
            campaign_id=None,
            now_ms=now,
        )
        secret = people.invite(session, person, time_factor=1.0, expires_at_ms=now + 10**8)
    browser = TestClient(create_app(settings, engine), follow_redirects=True)
    browser.post(f"/i/{secret}")
    found: dict[str, list[float]] = {}
    for path in PAGES:
        answer = browser.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"  # noqa: PLR2004
        for _ in range(count):
            started = time.monotonic_ns()
            browser.get(path)
            found.setdefault(path, []).append((time.monotonic_ns() - started) / 1e6)
    return found


def measure(database: str, problems: int, versions: int, count: int) -> dict[str, list[float]]:
    with (
        tempfile.TemporaryDirectory(prefix="judge-pages-") as folder,
        engine_of(database, Path(folder)) as (settings, engine),
    ):
        fill(engine, problems, versions)
        fill_one(engine, f"{versions - 1:012x}")
        return looks(settings, engine, count)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--problems", type=int, default=200)
    parser.add_argument("--versions", type=int, default=500)
    parser.add_argument("--looks", type=int, default=30)
    parser.add_argument("--database", default="sqlite,postgres")
    given = parser.parse_args()
    slow = []
    for database in given.database.split(","):
        few = measure(database, 5, 1, max(3, given.looks // 3))
        many = measure(database, given.problems, given.versions, given.looks)
        print(f"{database}: {given.problems} problems of {given.versions} versions, ms")
        print(f"  {'page':24} {'p50':>7} {'p95':>7}   p50 with 5 problems of 1 version, and ratio")
        for path, words in PAGES.items():
            p50 = statistics.median(many[path])
            p95 = sorted(many[path])[min(len(many[path]) - 1, int(0.95 * len(many[path])))]
            alone = statistics.median(few[path])
            print(f"  {words:24} {p50:7.1f} {p95:7.1f}   {alone:7.1f} {p50 / alone:6.2f}")
            if p95 > P95_MS_MAX:
                slow.append(f"{words} on {database}: {p95:.0f} ms")
    if slow:
        print(f"over {P95_MS_MAX:.0f} ms at p95: {'; '.join(slow)}")
        sys.exit(1)


if __name__ == "__main__":
    main()
