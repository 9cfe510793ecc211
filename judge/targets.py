"""Targets: the systems that a submission is judged on.

A problem names its targets and a runner those that it has proved. What judging needs to know of one
is its languages, and how its programs speak; what a container needs is in `sandboxes`.
"""

from dataclasses import dataclass
from enum import StrEnum

from judge.languages import LANGUAGES, Language, windows


class TargetId(StrEnum):
    """As problems, runners and the command line name them."""

    LINUX = "linux"
    WINDOWS_WINE = "windows-wine"
    WINDOWS_NATIVE = "windows-native"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One system to be judged on."""

    id: TargetId
    name: str
    """For people; names of products are not translated."""
    languages: dict[str, Language]
    windows: bool = False
    """Text goes out with CR LF, and an exit code of 32 bits may name an exception."""
    remark_en: str = ""
    remark_zh: str = ""
    """What a reader of its verdicts must know; "" for nothing."""

    def remark(self, language: str) -> str:
        return self.remark_zh if language.startswith("zh") else self.remark_en

    def text_of(self, output: bytes, *, exact_line_ends: bool) -> bytes:
        """What a program wrote, as validators read it."""
        if self.ends_lines_by_crlf(exact=exact_line_ends):
            return output.replace(b"\r\n", b"\n")
        return output

    def ends_lines_by_crlf(self, *, exact: bool) -> bool:
        """Whether a line's CR is its end's, and no part of an answer."""
        return self.windows and not exact


LINUX = Target(id=TargetId.LINUX, name="Linux", languages=LANGUAGES)
WINDOWS_WINE = Target(
    id=TargetId.WINDOWS_WINE,
    name="Windows (Wine)",
    languages=windows.LANGUAGES,
    windows=True,
    remark_en=(
        "Windows programs run under Wine here: whether an answer is right, and how it crashes, is "
        "told as on Windows. Times are Wine's, compared with the reference under the same Wine; "
        "they say nothing of Windows' own speed."
    ),
    remark_zh=(
        "这里用 Wine 运行 Windows 程序：答案是否正确、如何崩溃，与在 Windows 上的判定一致。"
        "时间是 Wine 下的时间，与同一 Wine 下的参考实现相比较，不代表 Windows 本身的速度。"
    ),
)
WINDOWS_NATIVE = Target(
    id=TargetId.WINDOWS_NATIVE,
    name="Windows",
    languages=windows.ON_WINDOWS,
    windows=True,
)

TARGETS: dict[str, Target] = {one.id.value: one for one in (LINUX, WINDOWS_WINE, WINDOWS_NATIVE)}
