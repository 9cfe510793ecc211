"""The order of severity, and the words in both languages."""

from judge.verdicts import TEXTS, Verdict, most_severe, together


def test_the_most_severe_verdict_leads() -> None:
    assert most_severe([Verdict.ACCEPTED, Verdict.TOO_SLOW]) is Verdict.TOO_SLOW
    assert most_severe([Verdict.WRONG_ANSWER, Verdict.DATA_RACE]) is Verdict.DATA_RACE
    assert most_severe(Verdict) is Verdict.JUDGE_ERROR


def test_every_verdict_has_its_words_in_both_languages() -> None:
    assert set(TEXTS) == set(Verdict)
    for text in TEXTS.values():
        assert text.name("en") != text.name("zh")
        assert text.advice("en").isascii()
        assert text.advice("zh").endswith("。")
    assert len({text.code for text in TEXTS.values()}) == len(Verdict)


def test_a_fault_that_is_sure_leads_what_could_not_be_told() -> None:
    assert together([]) is Verdict.ACCEPTED
    assert together([Verdict.ACCEPTED, Verdict.INCONCLUSIVE]) is Verdict.INCONCLUSIVE
    assert together([Verdict.INCONCLUSIVE, Verdict.WRONG_ANSWER]) is Verdict.WRONG_ANSWER
    assert together([Verdict.TIME_LIMIT, Verdict.DATA_RACE]) is Verdict.DATA_RACE
