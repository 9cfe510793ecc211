"""Words that point a reviewer to a line."""

from pathlib import Path

from judge.grading.suspicious_words import find_suspicious_words
from judge.languages import LANGUAGES, language_of_file
from problems import BANK

ROOT = Path(__file__).parents[2]


def test_a_reviewer_is_pointed_to_ways_around_a_harness_and_an_honest_answer_has_none() -> None:
    attacks = ROOT / "tests" / "attacks" / "harness"
    patching = (attacks / "patches_clock.c").read_text()
    assert {word for _, word in find_suspicious_words(patching, LANGUAGES["c"])} >= {
        "constructor",
        "/proc/self",
    }
    for answer in BANK.glob("*/submissions/accepted/*"):
        language = language_of_file(answer.name)
        assert language is not None
        assert find_suspicious_words(answer.read_text(), language) == (), answer
