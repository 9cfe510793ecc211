"""What single tests of a package's own submission must come to, in the format's four verdicts.

Source: *Example submissions* of both formats, *Default directories* of 2025-09.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from judge.values import Judgement
from judge.verdicts import Verdict
from problems.globs import matches

AC, WA, TLE, RTE = "AC", "WA", "TLE", "RTE"
ALL = frozenset({AC, WA, TLE, RTE})
CODES = {
    AC: frozenset({Verdict.ACCEPTED}),
    WA: frozenset(
        {
            Verdict.WRONG_ANSWER,
            Verdict.DATA_RACE,
            Verdict.DEADLOCK,
            Verdict.NOT_DURABLE,
            Verdict.MEMORY_ERROR,
            Verdict.OUTPUT_LIMIT,
        }
    ),
    TLE: frozenset({Verdict.TIME_LIMIT, Verdict.TOO_SLOW}),
    RTE: frozenset({Verdict.RUNTIME_ERROR, Verdict.MEMORY_LIMIT, Verdict.MEMORY_ERROR}),
}
"""The format's verdicts in ours. A memory error may be either: it crashes, or it is found."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What tests of a submission must come to: each in `permitted`, at least one in `required`.

    `tests` is a pattern of groups and tests, "" for all. `lower` and `upper` say whether the
    time of these tests is a bound of a time limit that is measured.
    """

    tests: str = ""
    permitted: frozenset[str] = ALL
    required: frozenset[str] = ALL
    points: tuple[float, float] | None = None
    message: str = ""
    lower: bool = False
    upper: bool = False

    def concerns(self, test: str, group: str) -> bool:
        """Whether a test is one that this speaks of."""
        return matches(self.tests, test, group)

    def unmet(self, judgement: Judgement) -> str:
        """What is not as it must be, in words; "" where all is."""
        where = f" in {self.tests}" if self.tests else ""
        results = [t for t in judgement.tests if self.concerns(t.name, t.group)]
        for test in results:
            if not codes_of(test.verdict) & self.permitted:
                return (
                    f"{test.name} is {test.verdict}, permitted{where} are {listed(self.permitted)}"
                )
        seen = [codes_of(test.verdict) for test in results]
        whole = judgement.verdict not in {test.verdict for test in judgement.tests}
        if not self.tests and (whole or not seen):
            seen.append(codes_of(judgement.verdict))
        if self.required != ALL and not any(codes & self.required for codes in seen):
            return f"no test{where} is {listed(self.required)}"
        if self.message and not any(self.message in test.note for test in results):
            return f"no test{where} says '{self.message[:80]}'"
        return self._unmet_points(judgement)

    def _unmet_points(self, judgement: Judgement) -> str:
        if self.points is None:
            return ""
        wanted = self.tests or "secret"
        got = {group.name: group.points for group in judgement.points}.get(wanted)
        low, high = self.points
        if got is not None and low - 1e-6 <= got <= high + 1e-6:
            return ""
        return f"{wanted} has {got} points, wanted are {low:g} to {high:g}"


def codes_of(verdict: Verdict) -> frozenset[str]:
    return frozenset(code for code, verdicts in CODES.items() if verdict in verdicts)


def listed(codes: Iterable[str]) -> str:
    return ", ".join(code for code in CODES if code in codes)


_R = Requirement
FOLDERS: dict[str, Requirement] = {
    "accepted": _R(permitted=frozenset({AC}), lower=True),
    "rejected": _R(required=frozenset({RTE, TLE, WA})),
    "wrong_answer": _R(permitted=frozenset({AC, WA}), required=frozenset({WA}), lower=True),
    "time_limit_exceeded": _R(
        permitted=frozenset({AC, TLE}), required=frozenset({TLE}), upper=True
    ),
    "run_time_error": _R(permitted=frozenset({AC, RTE}), required=frozenset({RTE}), lower=True),
    "brute_force": _R(permitted=frozenset({AC, RTE, TLE}), required=frozenset({RTE, TLE})),
}
LEGACY_FOLDERS: dict[str, Requirement] = {
    **FOLDERS,
    "wrong_answer": _R(permitted=frozenset({AC, WA}), required=frozenset({WA})),
    "time_limit_exceeded": _R(
        permitted=frozenset({AC, WA, TLE}), required=frozenset({TLE}), upper=True
    ),
    "run_time_error": _R(required=frozenset({RTE})),
}
