"""What an author should know before a problem is published: each with its place, and what to do.

What a package shows by itself is here; what its verification shows is in `of_judgements`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from judge.languages import LANGUAGES
from judge.values import Judgement
from judge.verdicts import Verdict
from problems.package import Package

TIME_ROOM = 1.5
"""So many times the slowest right answer's time may a limit be at least."""
_NUMBERS = r"\d+(?:\.\d+)?"
_CODE = r"`[^`\n]+`"
_HEADINGS = r"(?m)^#{1,6} "
_FUNCTION = re.compile(r"[A-Za-z_][\w *&:<>,]*?\b(\w+)\([^()]*\);")
_LINE_MAX, _LINES_MAX = 300, 2000
"""Longer lines, and what comes after so many, nobody has written for candidates to read."""
_SHOWN_MAX = 6
_SAMPLE_LINES_MAX = 200
_FEW = 3
"""Where more verdicts are expected of an answer, nobody meant that it is slow."""


class WarningKind(StrEnum):
    """What a warning is about."""

    STATEMENTS_DIFFER = "statements differ"
    NO_STATEMENT = "no statement"
    SAMPLE_UNEXPLAINED = "sample unexplained"
    INTERFACE_NOT_SHOWN = "interface not shown"
    DUPLICATE_INPUTS = "duplicate inputs"
    NO_REFERENCE = "no reference"
    MISSING_ANSWER = "missing answer"
    SECRET_IN_PUBLIC = "secret in public"  # noqa: S105  (no password)
    NO_PLANTED_BUG = "no planted bug"
    NO_SLOW_ANSWER = "no slow answer"
    TIGHT_LIMIT = "tight limit"
    CAUGHT_ONCE = "caught by one test"
    NOT_TOLD_APART = "not told apart"
    BAR_IN_NOISE = "bar in noise"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorsWarning:
    """One thing to see to: where, and what to do, in both languages."""

    kind: WarningKind
    place: str
    en: str
    zh: str

    def text(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


def of_package(package: Package) -> list[AuthorsWarning]:
    """What the files alone show."""
    found: list[AuthorsWarning] = []
    for look in (_statements, _sample, _interface, _inputs, _references, _public, _planted):
        found += look(package)
    return found


def _statements(package: Package) -> Iterator[AuthorsWarning]:
    missing = [language for language in ("en", "zh") if language not in package.statements]
    for language in missing:
        place = f"statement/problem.{language}.md"
        yield AuthorsWarning(
            kind=WarningKind.NO_STATEMENT,
            place=place,
            en="There is no statement in this language. Write it; both are wanted.",
            zh="缺少此语言的题面。请补写；两种语言都需要。",
        )
    if missing:
        return
    english, chinese = (package.statements[one].source for one in ("en", "zh"))
    for pattern, en, zh in (
        (_NUMBERS, "numbers and limits", "数字与限制"),
        (_CODE, "names and code", "名称与代码"),
        (_HEADINGS, "headings", "标题"),
    ):
        here, there = (Counter(re.findall(pattern, text)) for text in (english, chinese))
        only_here, only_there = sorted(here - there), sorted(there - here)
        if only_here or only_there:
            shown = ", ".join((only_here + only_there)[:_SHOWN_MAX])
            yield AuthorsWarning(
                kind=WarningKind.STATEMENTS_DIFFER,
                place="statement/problem.zh.md",
                en=f"English and Chinese differ in {en}: {shown}. Bring them together.",
                zh=f"中英文题面的{zh}不一致：{shown}。请统一。",
            )


def _sample(package: Package) -> Iterator[AuthorsWarning]:
    """Every line of the first sample should stand in the statement, where somebody explains it."""
    for language, statement in package.statements.items():
        text = statement.source
        # Of a line that the statement shows behind an arrow or a prompt, what comes after it.
        shown = text + "\n" + "\n".join(line.split(" ", 1)[-1] for line in text.splitlines())
        for sample in package.samples[:1]:
            content = sample.interaction or sample.input or b""
            lines = [line for line in content.decode(errors="replace").splitlines() if line]
            lines = lines[:_SAMPLE_LINES_MAX]
            lost = [line for line in lines if line.strip() not in shown]
            if lost:
                yield AuthorsWarning(
                    kind=WarningKind.SAMPLE_UNEXPLAINED,
                    place=f"statement/problem.{language}.md",
                    en=f"The sample's line “{lost[0][:60]}” is not explained ({len(lost)} of "
                    f"{len(lines)} lines). Show it in the text, and say what it means.",
                    zh=f"样例中的“{lost[0][:60]}”没有解释（{len(lines)} 行中的 {len(lost)} 行）。"
                    "请在题面中写出并说明其含义。",
                )


def _interface(package: Package) -> Iterator[AuthorsWarning]:
    """Functions that a header declares for the answer should stand in the statement."""
    kit = ("conducted", "harness", "watch")
    declared = {
        name
        for path, content in package.tree.items()
        if path.startswith("include/") and path.endswith(".h")
        if not path.rsplit("/", 1)[-1].startswith(kit)
        for name in _declared(content.decode(errors="replace"))
    }
    for language, statement in package.statements.items():
        lost = sorted(name for name in declared if name not in statement.source)
        if lost:
            yield AuthorsWarning(
                kind=WarningKind.INTERFACE_NOT_SHOWN,
                place=f"statement/problem.{language}.md",
                en=f"The statement doesn't show {', '.join(lost[:_SHOWN_MAX])}. Give the "
                "interface in the text.",
                zh=f"题面没有给出 {', '.join(lost[:_SHOWN_MAX])}。请在题面中写明接口。",
            )


def _declared(header: str) -> Iterator[str]:
    """Functions of a header that stand in a line each; line by line, so that it takes no time."""
    for line in header.splitlines()[:_LINES_MAX]:
        found = _FUNCTION.match(line) if len(line) <= _LINE_MAX else None
        if found is not None:
            yield found[1]


def _inputs(package: Package) -> Iterator[AuthorsWarning]:
    by_input: dict[tuple[bytes, tuple[str, ...]], list[str]] = {}
    for case in package.problem.testcases:
        by_input.setdefault((case.input, case.arguments), []).append(case.name)
        judged_by_answer = package.problem.validator is None
        if judged_by_answer and not case.answer and f"data/{case.name}.ans" not in package.tree:
            yield AuthorsWarning(
                kind=WarningKind.MISSING_ANSWER,
                place=f"data/{case.name}.ans",
                en="is missing. Write the expected output, or bring an output validator.",
                zh="缺失。请写出期望的输出，或提供输出校验器。",
            )
    for names in by_input.values():
        if len(names) > 1:
            yield AuthorsWarning(
                kind=WarningKind.DUPLICATE_INPUTS,
                place=f"data/{names[0]}.in",
                en=f"is the same input as {', '.join(names[1:_SHOWN_MAX])}. Remove one, or change "
                "it to test something else.",
                zh=f"与 {', '.join(names[1:_SHOWN_MAX])} 的输入相同。"
                "请删除其一，或改为不同的测试。",
            )


def _references(package: Package) -> Iterator[AuthorsWarning]:
    with_answer = {
        one.submission.language for one in package.submissions if one.expected == {Verdict.ACCEPTED}
    }
    for language in package.problem.languages:
        if language not in with_answer:
            name = LANGUAGES[language].name
            yield AuthorsWarning(
                kind=WarningKind.NO_REFERENCE,
                place="submissions/accepted/",
                en=f"{name} is offered, and no accepted answer is in it. Write one, or offer the "
                "language no more.",
                zh=f"提供了 {name}，却没有该语言的正确答案。请补写，或不再提供该语言。",
            )


def _public(package: Package) -> Iterator[AuthorsWarning]:
    """Bytes that must stay unknown and lie where candidates download them."""
    secret = {
        content: path
        for path, content in package.tree.items()
        if path.startswith(("data/secret/", "submissions/", "generators/", "output_validator"))
        if content.strip()
    }
    public = ("attachments/", "starter/", "data/sample/", "include/")
    for path, content in sorted(package.tree.items()):
        if path.startswith(public) and content in secret:
            yield AuthorsWarning(
                kind=WarningKind.SECRET_IN_PUBLIC,
                place=path,
                en=f"is {secret[content]}, which candidates must not have. Remove it here.",
                zh=f"与 {secret[content]} 相同，而候选人不应得到它。请从此处移除。",
            )


def _planted(package: Package) -> Iterator[AuthorsWarning]:
    if all(Verdict.ACCEPTED in one.expected for one in package.submissions):
        yield AuthorsWarning(
            kind=WarningKind.NO_PLANTED_BUG,
            place="submissions/",
            en="There is no planted bug, so nothing shows that the tests catch anything. Add "
            "wrong answers that people write.",
            zh="没有预埋错误，无法证明测试能抓到错误。请添加常见的错误答案。",
        )
    slow = {Verdict.TIME_LIMIT, Verdict.TOO_SLOW}
    meant = (one.expected for one in package.submissions if len(one.expected) <= _FEW)
    if not any(one & slow and Verdict.ACCEPTED not in one for one in meant):
        yield AuthorsWarning(
            kind=WarningKind.NO_SLOW_ANSWER,
            place="submissions/time_limit_exceeded/",
            en="No answer must be too slow, so nothing shows what the limits refuse. Add one that "
            "is right and too slow.",
            zh="没有必须超时的答案，无法说明限制会拒绝什么。请添加正确但过慢的答案。",
        )


def of_judgements(
    package: Package, judgements: Mapping[str, Sequence[Judgement]]
) -> list[AuthorsWarning]:
    """What judgements of its submissions show, by their names; each is of all tests."""
    right = [one for one in package.submissions if one.expected == {Verdict.ACCEPTED}]
    planted = [one for one in package.submissions if Verdict.ACCEPTED not in one.expected]
    found = list(_room(package, [j for one in right for j in judgements.get(one.name, ())]))
    caught = {
        one.name: frozenset(
            test.name
            for judgement in judgements.get(one.name, ())
            for test in judgement.tests
            if test.verdict is not Verdict.ACCEPTED
        )
        for one in planted
        if judgements.get(one.name)
    }
    found += _caught(caught)
    for one in right:
        found += _noise(one.name, judgements.get(one.name, ()))
    return found


def _room(package: Package, judgements: Sequence[Judgement]) -> Iterator[AuthorsWarning]:
    times = [test.cpu_ms for judgement in judgements for test in judgement.tests]
    limit_ms = package.problem.limits.cpu_ms
    slowest_ms = max(times, default=0.0)
    if slowest_ms * TIME_ROOM > limit_ms:
        times_over = limit_ms / slowest_ms
        yield AuthorsWarning(
            kind=WarningKind.TIGHT_LIMIT,
            place="problem.yaml",
            en=f"limits.time_limit is {times_over:.2f} times the slowest right answer's "
            f"{slowest_ms / 1000:.2f} s; give it {TIME_ROOM} times or more.",
            zh=f"limits.time_limit 仅为最慢正确答案（{slowest_ms / 1000:.2f} 秒）的 "
            f"{times_over:.2f} 倍；请至少设为 {TIME_ROOM} 倍。",
        )


def _caught(caught: Mapping[str, frozenset[str]]) -> Iterator[AuthorsWarning]:
    for name, tests in caught.items():
        if len(tests) == 1:
            (test,) = tests
            yield AuthorsWarning(
                kind=WarningKind.CAUGHT_ONCE,
                place=f"submissions/{name}",
                en=f"Only {test} catches it. Add another test that does, or it escapes by chance.",
                zh=f"只有 {test} 能抓到它。请再添加一个测试，否则它可能偶然漏网。",
            )
    names = sorted(caught)
    for place, name in enumerate(names):
        same = [other for other in names[place + 1 :] if caught[other] == caught[name]]
        if same and caught[name]:
            yield AuthorsWarning(
                kind=WarningKind.NOT_TOLD_APART,
                place=f"submissions/{name}",
                en=f"No test tells it from {', '.join(same[:_SHOWN_MAX])}. Add one that one of "
                "them passes and another doesn't.",
                zh=f"没有测试能区分它与 {', '.join(same[:_SHOWN_MAX])}。请添加能区分它们的测试。",
            )


def _noise(name: str, judgements: Sequence[Judgement]) -> Iterator[AuthorsWarning]:
    for judgement in judgements[-1:]:
        ratio = judgement.ratio
        if (
            ratio is not None
            and ratio.noise_floor
            and ratio.high * (1 + ratio.noise_floor) > (ratio.limit)
        ):
            yield AuthorsWarning(
                kind=WarningKind.BAR_IN_NOISE,
                place=f"submissions/{name}",
                en=f"It takes {ratio.estimate:.2f} times the reference ({ratio.low:.2f} to "
                f"{ratio.high:.2f}), and the bar is {ratio.limit:g}: nearer than this machine's "
                f"noise of {100 * ratio.noise_floor:.1f} %. Give the bar more room.",
                zh=f"它用时为参考实现的 {ratio.estimate:.2f} 倍（{ratio.low:.2f} 至 "
                f"{ratio.high:.2f}），而标准为 {ratio.limit:g}：差距小于本机噪声 "
                f"{100 * ratio.noise_floor:.1f} %。请放宽标准。",
            )
