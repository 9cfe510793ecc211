"""Stress: answers that differ are told apart by a small input; those that don't are not."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from judge.errors import PackageFault
from judge.runner import StressTask
from judge.task import TargetSlot
from judge.values import SourceFile, Submission
from judge.verdicts import Verdict
from problems import skeleton, tree
from problems.package import Package, load
from problems.stress import judge_stress, require_generator, stress

GENERATOR = b"""import random, sys
rng = random.Random(int(sys.argv[1]))
print(6)
for _ in range(6): print(rng.randint(-20, 20))
"""
VALIDATOR = b"""import sys
from pathlib import Path
from oracles.feedback import Rejection, accept, reject
input_path, _answer, feedback = sys.argv[1:4]
_, *numbers = Path(input_path).read_text().split()
if sys.stdin.read().split() == [str(sum(map(int, numbers)))]:
    accept(feedback)
reject(feedback, Rejection("difference", "another sum", "another sum"))
"""
RIGHT = b"import sys\n_, *n = sys.stdin.read().split()\nprint(sum(map(int, n)))\n"
WRONG = RIGHT.replace(b"print(sum(map(int, n)))", b"print(sum(int(x) for x in n if int(x) != 7))")


def package() -> Package:
    files = {
        **skeleton.make("sums", shape="program", languages=["python3"]),
        "generators/fresh.py": GENERATOR,
        "output_validator/main.py": VALIDATOR,
        "submissions/accepted/ok.py": RIGHT,
        "submissions/wrong_answer/difference.py": WRONG,
        "data/sample/1.in": b"1\n2\n",
        "data/sample/1.ans": b"2\n",
    }
    return load(files, slug="sums")


def answer(source: bytes) -> Submission:
    return Submission(problem="sums", language="python3", files=(SourceFile("main.py", source),))


@pytest.mark.docker
def test_two_that_differ_are_told_apart_by_a_small_input(slot: TargetSlot) -> None:
    found = stress(package().problem, (answer(WRONG), answer(RIGHT)), slot, 60, lambda _n: None)
    assert found.input is not None
    assert found.left is not None
    assert found.right is not None
    assert (found.left.verdict, found.right.verdict) == (Verdict.WRONG_ANSWER, Verdict.ACCEPTED)
    assert found.input.split()[1:] == [b"7"], "the one number that matters is left"


@pytest.mark.docker
def test_two_that_do_the_same_are_not_told_apart(slot: TargetSlot) -> None:
    same = RIGHT + b"# another text\n"
    found = stress(package().problem, (answer(same), answer(RIGHT)), slot, 1, lambda _n: None)
    assert found.input is None
    assert found.inputs > 0


@pytest.mark.docker
def test_what_does_not_compile_is_told(slot: TargetSlot) -> None:
    with pytest.raises(PackageFault, match="does not compile"):
        stress(package().problem, (answer(b"def ("), answer(RIGHT)), slot, 5, lambda _n: None)


@pytest.mark.docker
def test_a_runner_tells_of_it_by_a_judgement_with_the_input(slot: TargetSlot) -> None:
    task = StressTask("sums", "accepted/ok.py", answer(WRONG), slot, 60, lambda _event: None)
    judgement = judge_stress(tree.pack(package().tree), task)
    assert judgement.verdict is Verdict.WRONG_ANSWER
    assert judgement.witness is not None
    assert "7" in judgement.witness.input
    assert "accepted/ok.py is accepted" in judgement.witness.sentence_en


def test_without_a_generator_or_a_validator_nothing_can_be_tried() -> None:
    files = dict(package().tree)
    without = {**files, "systems.yaml": files["systems.yaml"].split(b"fresh:")[0]}
    with pytest.raises(PackageFault, match="no fresh tests"):
        require_generator(load(without, slug="sums"))


def test_bad_input_of_the_command_is_told(tmp_path: Path) -> None:
    for path, content in package().tree.items():
        place = tmp_path / "sums" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    run = CliRunner(env={"COLUMNS": "200"})
    unknown = run.invoke(app, ["stress", str(tmp_path / "sums"), "nothing.py"])
    assert unknown.exit_code == 2
    assert "accepted/ok.py" in unknown.output
    other = tmp_path / "x.rs"
    other.write_text("fn main() {}")
    assert "not offered" in run.invoke(app, ["stress", str(tmp_path / "sums"), str(other)]).output
