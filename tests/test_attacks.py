"""Hostile programs in one slot, an honest one in the other: nothing gets out, nothing is left."""

import dataclasses
import math
import os
import statistics
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import docker
import psutil
import pytest

from judge.building.package_programs import PackagePrograms
from judge.errors import JudgeProgramFault
from judge.events import Event, Report, Stage
from judge.judging import judge_submission
from judge.languages import LANGUAGES
from judge.sandbox import Command, User
from judge.task import TargetSlot, Task
from judge.values import (
    MEBIBYTE,
    BuildKind,
    Judgement,
    JudgeProgram,
    Limits,
    SourceFile,
    Submission,
)
from judge.verdicts import Verdict
from judge.visibility import shown_to_candidate
from problems import BANK, skeleton
from problems.package import Package, load, load_folder
from sandboxes import containers, users
from sandboxes.pool import Pool
from sandboxes.quiet import Quiet
from tests.attack_suite import (
    DOCUMENT,
    GROUPS,
    JUDGE_SIDE,
    OF_THEIR_OWN,
    Attack,
    read_attacks,
    with_few_tests,
    with_table,
)

ATTACKS = read_attacks()
BESIDE_OTHERS = [attack for attack in ATTACKS if attack.group not in OF_THEIR_OWN]
"""Those that could do something to a neighbour; games and forgeries are in test_forgeries.py."""
OWNERS = (f"attacked-{os.getpid()}", f"neighbour-{os.getpid()}")
WALL_S_MAX = 120.0
LEFT_S_MAX = 20.0
VICTIM_FOLDER = Path(__file__).parent / "victims"
"""Honest programs, each with another thing that it needs of the kernel, and what they print."""
SAID = {
    "bandwidth": b"780",
    "cache": b"48000000",
    "files": b"400",
    "inotify": b"40",
    "names": b"6000",
    "pipes": b"6291456",
    "signals": b"4000",
    "sum": b"36160",
}
RATIO_MAX = 1.6
"""The neighbour's CPU time beside an attack and alone, in the worst pair, thrice in a row: two
CPUs of one machine share its caches and memory, and other work passes by. The median is held far
closer. Both are beside what an honest busy program costs the neighbour on this very machine."""
MEDIAN_RATIO_MAX = 1.05
TRIES_MAX = 3
ATTACKS_A_MEASUREMENT = 4
"""So many attacks are compared with one measurement alone; a try again has its own."""
SHORT = Limits(cpu_ms=2_000, wall_ms=4_000, memory_bytes=512 * MEBIBYTE)
"""For judge-side programs, which else have a minute and more."""
BUSY = "x = 0\nfor i in range(3000000): x += i\n"
CONTROLS = 7


def test_every_group_is_attacked_and_the_table_is_current() -> None:
    assert {attack.group for attack in ATTACKS} == set(GROUPS)
    assert len(ATTACKS) >= 320
    document = DOCUMENT.read_text()
    assert with_table(document, ATTACKS) == document, "run: python -m tests.attack_suite"


class Neighbour:
    """An honest program, run again and again in the other slot; its verdicts and its costs."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.limits = Limits(cpu_ms=5_000, wall_ms=20_000)
        self._alone: dict[str, deque[float]] = {}

    def measure(self, victim: str = "sum") -> tuple[bool, float]:
        """(right, CPU ms) of one run in a fresh container."""
        source = (VICTIM_FOLDER / f"{victim}.py").read_text()
        with self._pool.arena(self.limits) as arena:
            command = Command(
                arguments=("/usr/bin/python3", "-I", "-c", source), user=User.CANDIDATE
            )
            execution = arena.candidate.run(command, self.limits)
        right = execution.clean and execution.stdout.strip() == SAID[victim]
        return right, execution.measurement.cpu_ms

    def alone_ms(self, victim: str, *, anew: bool) -> float:
        """Its CPU time with nobody beside it; one measurement serves some attacks."""
        kept = self._alone.setdefault(victim, deque())
        if anew or not kept:
            right, cpu_ms = self.measure(victim)
            assert right, "the next honest program is wrong"
            kept.clear()
            kept.extend([cpu_ms] * ATTACKS_A_MEASUREMENT)
        return kept.popleft()


@dataclass
class Neighbourhood:
    """Two slots of one CPU each, and what is judged in the first."""

    slot: TargetSlot
    neighbour: Neighbour
    packages: dict[str, Package]
    pools: tuple[Pool, ...]
    control: float
    """The neighbour's cost beside an honest busy program and alone, at least 1."""
    ratios: list[float] = field(default_factory=list)


@pytest.fixture(scope="module")
def neighbourhood() -> Iterator[Neighbourhood]:
    with closing(containers.connect()) as client:
        quiet = Quiet()
        pools = tuple(
            Pool(client, cpus=cpu, owner=owner, quiet=quiet)
            for cpu, owner in zip("01", OWNERS, strict=True)
        )
        languages = list(LANGUAGES)
        files = dict(skeleton.make("sum", shape="program", languages=languages))
        files["systems.yaml"] = files["systems.yaml"].replace(b"count: 5", b"count: 1")
        files["problem.yaml"] = files["problem.yaml"].replace(b"memory: 256", b"memory: 64")
        neighbour = Neighbour(pools[1])
        yield Neighbourhood(
            slot=TargetSlot(sandbox=pools[0], programs=PackagePrograms(pools[0])),
            neighbour=neighbour,
            control=_control(pools[0], neighbour),
            packages={
                "program": load(files, slug="sum"),
                "interactive": load_folder(Path(__file__).parent / "packages" / "guess"),
                "race": load_folder(Path(__file__).parent / "packages" / "digest"),
                "crew": load_folder(Path(__file__).parent / "packages" / "crew"),
                "queue": with_few_tests(BANK / "bounded-queue"),
                "tree": with_few_tests(BANK / "bplus-tree"),
                "save": with_few_tests(BANK / "atomic-save"),
            },
            pools=pools,
        )
        for pool in pools:
            pool.close()


def _control(pool: Pool, neighbour: Neighbour) -> float:
    """What a busy honest program in the other slot costs the neighbour: not ours to prevent."""
    ratios = []
    for _ in range(CONTROLS):
        with pool.arena(neighbour.limits) as lent:
            command = Command(arguments=("/usr/bin/python3", "-c", BUSY), user=User.CANDIDATE)
            busy = threading.Thread(target=lent.candidate.run, args=(command, neighbour.limits))
            busy.start()
            beside = neighbour.measure()[1]
            busy.join()
        ratios.append(beside / neighbour.measure()[1])
    return max(1.0, statistics.median(ratios))


def secret_sums(pairs: list[tuple[int, int]]) -> Package:
    """The sum of two numbers, with these for fixed secret tests."""
    languages = list(LANGUAGES)
    files = dict(skeleton.make("sum", shape="program", languages=languages))
    files["systems.yaml"] = files["systems.yaml"].replace(b"count: 5", b"count: 1")
    files["systems.yaml"] += b"builds: {address: [secret]}\n"
    for number, (a, b) in enumerate(pairs, start=1):
        files[f"data/secret/{number}.in"] = f"{a} {b}\n".encode()
        files[f"data/secret/{number}.ans"] = f"{a + b}\n".encode()
    return load(files, slug="sum")


SECRETS = (
    secret_sums([(50021, 70), (60053, 71), (70028, 72), (80005, 73), (90000, 74)]),
    secret_sums([(51111, 91), (61114, 90), (71115, 99), (81119, 98), (91110, 97)]),
)
"""Two worlds of the same size, which an attack tries to tell apart. Both have three odd numbers
among the first four, the first of them odd: that much a candidate is told."""


def seen(judgement: Judgement, events: list[Event]) -> object:
    """All that a candidate sees and that a secret test can have a part in."""
    shown = shown_to_candidate(judgement)
    tests = [
        (t.name, t.build, t.verdict, t.note, t.note_zh, t.witness)
        + ((t.cpu_ms, t.wall_ms, t.memory_bytes_peak) if t.secret else ())
        for t in shown.tests
    ]
    told = [
        (e.stage, e.done, e.total, e.label, e.verdict)
        + (() if e.label else (e.cpu_ms, e.memory_bytes))
        for e in events
        if e.stage is Stage.TESTING
    ]
    whole = (shown.verdict, shown.score, shown.also, shown.witness, shown.counters)
    return tests, told, whole


def judge(
    neighbourhood: Neighbourhood,
    package: Package,
    language: str,
    name: str,
    source: bytes,
    report: Report = lambda event: None,  # noqa: ARG005
) -> Judgement:
    extension = name.rsplit(".", 1)[-1]
    file = SourceFile(f"{package.problem.solution_name}.{extension}", source)
    task = Task(
        submission=Submission(problem=package.problem.slug, language=language, files=(file,)),
        problem=package.problem,
        slot=neighbourhood.slot,
        report=report,
    )
    return judge_submission(task)


@pytest.mark.docker
@pytest.mark.attacks
@pytest.mark.parametrize("attack", BESIDE_OTHERS, ids=lambda attack: attack.name)
def test_an_attack_is_held_off(neighbourhood: Neighbourhood, attack: Attack) -> None:
    before = _ours_on_the_host()
    tries = (_attack(neighbourhood, attack, again=number > 0) for number in range(TRIES_MAX))
    ratio = next((one for one in tries if one < RATIO_MAX * neighbourhood.control), math.inf)
    assert ratio < RATIO_MAX * neighbourhood.control, "the neighbour paid for it each time"
    neighbourhood.ratios.append(ratio)
    _next_test_passes(neighbourhood)
    _nothing_is_left(before)


def _attack(neighbourhood: Neighbourhood, attack: Attack, *, again: bool) -> float:
    """Judge it beside the neighbour; the neighbour's cost then, in times of that alone."""
    beside: list[tuple[bool, float]] = []
    victim = attack.victim
    honest = threading.Thread(target=lambda: beside.append(neighbourhood.neighbour.measure(victim)))
    started = time.monotonic()
    honest.start()
    verdict, words = _outcome(neighbourhood, attack)
    wall_s = time.monotonic() - started
    honest.join()
    alone_ms = neighbourhood.neighbour.alone_ms(victim, anew=again)

    assert verdict in attack.expected, words
    assert wall_s < WALL_S_MAX
    assert beside[0][0], "the honest neighbour was disturbed"
    return beside[0][1] / alone_ms


def _outcome(neighbourhood: Neighbourhood, attack: Attack) -> tuple[Verdict, str]:
    """The verdict that it earned, and words for when that is wrong."""

    def once(package: Package) -> tuple[Judgement, list[Event]]:
        events: list[Event] = []
        source = attack.source
        name = attack.path.name
        judgement = judge(neighbourhood, package, attack.language, name, source, events.append)
        return judgement, events

    if attack.shape in JUDGE_SIDE:
        return _outcome_of_judge_side(neighbourhood, attack)
    if attack.shape != "secret":
        judgement, _ = once(neighbourhood.packages[attack.shape])
        return judgement.verdict, _words(judgement)
    worlds = [once(package) for package in SECRETS]
    assert seen(*worlds[0]) == seen(*worlds[1]), "a candidate can tell the secrets apart"
    return worlds[0][0].verdict, _words(worlds[0][0])


def _outcome_of_judge_side(neighbourhood: Neighbourhood, attack: Attack) -> tuple[Verdict, str]:
    """An honest answer, judged by a package with the attack for one of its programs."""
    package = neighbourhood.packages["interactive" if attack.shape == "interactor" else "program"]
    problem = package.problem
    program = JudgeProgram(
        name=f"{problem.slug}'s {JUDGE_SIDE[attack.shape]}",
        language=attack.language,
        files=(SourceFile(attack.path.name, attack.source),),
    )
    hostile = dataclasses.replace(problem, validation_limits=SHORT)
    if attack.shape == "generator":
        hostile = dataclasses.replace(hostile, generator=program)
    else:
        hostile = dataclasses.replace(hostile, validator=program)
    honest = next(
        s
        for s in package.submissions
        if s.submission.language == "python3" and Verdict.ACCEPTED in s.expected
    ).submission.files[0]
    replaced = dataclasses.replace(package, problem=hostile)
    with pytest.raises(JudgeProgramFault, match=JUDGE_SIDE[attack.shape]):
        judge(neighbourhood, replaced, "python3", honest.name, honest.content)
    return Verdict.JUDGE_ERROR, ""


@pytest.mark.docker
@pytest.mark.attacks
def test_neighbours_cost_the_same_beside_attacks_as_alone(neighbourhood: Neighbourhood) -> None:
    assert statistics.median(neighbourhood.ratios) < MEDIAN_RATIO_MAX * neighbourhood.control


def _words(judgement: Judgement) -> str:
    tests = [(test.name, test.verdict, test.note) for test in judgement.tests]
    outputs = [build.output[-600:] for build in judgement.builds if not build.ok]
    return f"{judgement.verdict}: {tests} {outputs}"


def _next_test_passes(neighbourhood: Neighbourhood) -> None:
    right, _ = Neighbour(neighbourhood.pools[0]).measure()
    assert right, "the next honest test in the attacked slot is wrong"


def _ours_on_the_host() -> set[tuple[str, str]]:
    """Mounts, shared memory, message queues: what a container could leave on its host."""
    found = {("mount", part.mountpoint) for part in psutil.disk_partitions(all=True)}
    for kind in ("shm", "msg", "sem"):
        lines = Path(f"/proc/sysvipc/{kind}").read_text().splitlines()[1:]
        found |= {(kind, line) for line in lines}
    return {one for one in found if "/docker/" not in one[1]}


def _nothing_is_left(before: set[tuple[str, str]]) -> None:
    """Only the pools' own idle containers, and in each nobody but the supervisor."""
    deadline = time.monotonic() + LEFT_S_MAX
    while True:
        left = _leftovers() | (_ours_on_the_host() - before)
        if not left:
            return
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def _leftovers() -> set[tuple[str, str]]:
    with closing(docker.from_env()) as client:
        made = client.containers.list(all=True, ignore_removed=True)
    owners = {str(c.id): c.labels.get(containers.OWNER_LABEL, "") for c in made}
    others = {one for one, owner in owners.items() if owner not in OWNERS}
    found = set()
    for owner in OWNERS:
        # On the shelves: one to compile in for each kind of build, and a pair.
        ours = [one for one, name in owners.items() if name == owner]
        found |= {("container", one[:12]) for one in ours[len(BuildKind) + 2 :]}
    for process in psutil.process_iter(["uids", "name", "status", "pid"]):
        uids = process.info["uids"]
        if uids is None or not users.FIRST_ID <= uids.real <= users.LAST_ID:
            continue
        if not any(one in _cgroup(process.info["pid"]) for one in others):
            found.add(("process", str(process.info)))
    return found


def _cgroup(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cgroup").read_text()
    except OSError:
        return ""
