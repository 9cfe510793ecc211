"""Forgeries and games are refused, and the honest twins of the games are accepted.

None of them needs a neighbour, so they run two at a time, each on a CPU of its own.
"""

from pathlib import Path

import pytest

from judge.judging import judge_submission
from judge.task import TargetSlot, Task
from judge.values import Judgement, SourceFile, Submission
from judge.verdicts import Verdict
from problems import BANK
from problems.package import Package, load_folder
from tests.attack_suite import Attack, read_attacks, with_few_tests
from web.fleet.jobs import TRIES_MAX

ATTACKS = read_attacks()
GAMES = [attack for attack in ATTACKS if attack.group == "games"]
FORGERIES = [attack for attack in ATTACKS if attack.group == "forgeries"]
RUNS = 20
PACKAGES = Path(__file__).parent / "packages"
pytestmark = [pytest.mark.docker, pytest.mark.attacks]


@pytest.fixture(scope="module")
def packages() -> dict[str, Package]:
    return {
        "race": load_folder(PACKAGES / "digest"),
        "crew": load_folder(PACKAGES / "crew"),
        "queue": with_few_tests(BANK / "bounded-queue"),
        "tree": with_few_tests(BANK / "bplus-tree"),
        "save": with_few_tests(BANK / "atomic-save"),
    }


def judged(slot: TargetSlot, package: Package, attack: Attack, source: bytes) -> Judgement:
    """As a queue does it: again, where others on this machine left it open."""
    problem = package.problem
    name = f"{problem.solution_name}.{attack.path.suffix[1:]}"
    submission = Submission(
        problem=problem.slug, language=attack.language, files=(SourceFile(name, source),)
    )
    task = Task(submission=submission, problem=problem, slot=slot, report=lambda _event: None)
    judgement = judge_submission(task)
    for _ in range(TRIES_MAX - 1):
        if judgement.verdict is Verdict.INCONCLUSIVE:
            judgement = judge_submission(task)
    return judgement


def words(judgement: Judgement) -> str:
    tests = [(test.name, test.verdict, test.note, test.witness) for test in judgement.tests]
    ratios = [
        (one.metric, one.rounds, one.low) for one in (judgement.ratio, *judgement.guards) if one
    ]
    builds = [one.output[-300:] for one in judgement.builds]
    return f"{judgement.verdict}: {ratios} {tests[-3:]} {builds}"


def test_there_are_as_many_as_are_told_of() -> None:
    assert len(GAMES) >= 40
    assert len(FORGERIES) >= 25


@pytest.mark.parametrize("attack", [*FORGERIES, *GAMES], ids=lambda one: one.name)
def test_it_is_refused(slot: TargetSlot, packages: dict[str, Package], attack: Attack) -> None:
    judgement = judged(slot, packages[attack.shape], attack, attack.source)
    assert judgement.verdict in attack.expected, words(judgement)


@pytest.mark.parametrize("game", GAMES, ids=lambda one: one.path.name)
def test_a_games_honest_twin_is_accepted(
    slot: TargetSlot, packages: dict[str, Package], game: Attack
) -> None:
    """The same tricks, and nothing to hide: what is refused is the fault, not its surroundings."""
    package = packages[game.shape]
    reference = package.problem.references[game.language][0].content
    judgement = judged(slot, package, game, game.twin or reference)
    assert judgement.verdict is Verdict.ACCEPTED, words(judgement)


@pytest.mark.soak
@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda one: one.path.name)
def test_a_forgery_is_refused_each_time(
    slot: TargetSlot, packages: dict[str, Package], forgery: Attack
) -> None:
    package = packages[forgery.shape]
    verdicts = {judged(slot, package, forgery, forgery.source).verdict for _ in range(RUNS)}
    assert verdicts <= forgery.expected
