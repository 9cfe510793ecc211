"""Statements as safe HTML: Markdown or LaTeX, mathematics as MathML, images inline; no script.

Source: format 2025-09, *Problem statements*. Markdown is read by markdown-it, LaTeX by pandoc in
its sandbox (no file is read, no command run). What can't be set is shown as its source, marked, and
is a `fault` that keeps a package from being published.
"""

import base64
import html
import re
import subprocess
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import nh3
import pypandoc
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from problems.statements import IMAGE_TYPES, TITLE, Statement

NEXT_SAMPLE, REMAINING_SAMPLES = "next", "remaining"
IMAGE_BYTES_MAX, IMAGES_BYTES_MAX = 2 << 20, 8 << 20
"""One image may have so much, and all that a page shows, each as often as it is shown."""
_TEXT_CHARACTERS_MAX = 400_000
_PANDOC_S = 20


@dataclass(frozen=True, slots=True)
class Rendered:
    """HTML in parts, NEXT_SAMPLE or REMAINING_SAMPLES between where samples go; what is wrong."""

    parts: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def html(self) -> str:
        """All but the samples."""
        return "".join(self.parts[::2])

    @property
    def sample_marks(self) -> tuple[str, ...]:
        return self.parts[1::2]


NOTHING = Rendered(("",), ())
"""For a problem without a statement that can be shown."""


def render(statement: Statement) -> Rendered:
    """What is shown of a statement, and what of it can't be."""
    faults: list[str] = []
    source = statement.source
    if len(source) > _TEXT_CHARACTERS_MAX:
        faults.append(f"is cut after {_TEXT_CHARACTERS_MAX} characters")
        source = source[:_TEXT_CHARACTERS_MAX]
    if statement.tex:
        text = _from_tex(source, dict(statement.constants), faults)
    else:
        text = _from_markdown(source, faults)
    text = _with_images(text, statement.images, faults)
    return Rendered(_in_parts(text), tuple(dict.fromkeys(faults)))


rendered = lru_cache(maxsize=256)(render)
"""The same, kept: a page shows it each time."""


# Marks that no converter touches, and no author writes.
_MARK = "samplesgohere{0}samplesgohere"
_MARKS = re.compile(r"(?:<p>)?\s*samplesgohere(next|remaining)samplesgohere\s*(?:</p>)?")


def _in_parts(text: str) -> tuple[str, ...]:
    return tuple(_MARKS.split(text))


def _marked(source: str, patterns: Mapping[str, str]) -> str:
    for pattern, kind in patterns.items():
        source = re.sub(pattern, f"\n\n{_MARK.format(kind)}\n\n", source)
    return source


# ---- Markdown

_FOOTNOTE = re.compile(r"fn(ref)?\d+(:\d+)?")

_MATHML = {
    "math", "mrow", "mi", "mo", "mn", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot", "mtext",
    "mspace", "mover", "munder", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded",
    "menclose", "mmultiscripts", "mprescripts", "mphantom", "none", "semantics",
}  # fmt: skip
_TAGS = nh3.ALLOWED_TAGS | _MATHML | {"figure", "figcaption", "section", "mark", "u", "s", "del"}
_ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    "math": {"display", "xmlns"},
    "mo": {"stretchy", "fence", "form", "separator", "accent"},
    "mi": {"mathvariant"},
    "mfrac": {"linethickness"},
    "mspace": {"width"},
    "mover": {"accent"},
    "mtd": {"columnalign"},
    "span": {"class"},
    "code": {"class"},
    "div": {"class"},
    "mark": {"class", "title"},
    "pre": {"class"},
    "img": {"src", "alt", "width"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "ol": {"start", "type"},
    "li": {"id"},
    "a": {*nh3.ALLOWED_ATTRIBUTES["a"], "id"},
}
_faults: ContextVar[list[str]] = ContextVar("faults")


def _highlight(code: str, language: str, _attributes: str) -> str:
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return ""
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


def _mathematics(content: str, options: dict[str, Any]) -> str:
    display = "block" if options.get("display_mode") else "inline"
    try:
        return str(convert(content, display=display))
    # The converter fails in many ways: an index out of range, a stack that is empty, its own.
    except Exception as error:  # noqa: BLE001
        return _unset(content, error)


def _unset(content: str, error: object) -> str:
    """A formula that can't be set: its source, marked."""
    why = type(error).__name__ if isinstance(error, Exception) else str(error)
    _faults.get().append(f"the formula ${content.strip()[:120]}$ can't be set ({why})")
    source = html.escape(f"${content}$")
    return f'<mark class="unset" title="{html.escape(why)}">{source}</mark>'


_markdown = (
    MarkdownIt("js-default", {"html": False, "highlight": _highlight})
    .use(dollarmath_plugin, renderer=_mathematics, allow_digits=False, double_inline=True)
    .use(footnote_plugin)
)
_MARKDOWN_MARKS = {
    r"\{\{\s*nextsample\s*\}\}": NEXT_SAMPLE,
    r"\{\{\s*remainingsamples\s*\}\}": REMAINING_SAMPLES,
}


def _from_markdown(source: str, faults: list[str]) -> str:
    token = _faults.set(faults)
    try:
        return _clean(_markdown.render(_marked(source, _MARKDOWN_MARKS)))
    except RecursionError:
        faults.append("nests too deeply")
        return f'<pre class="unset">{html.escape(source)}</pre>'
    finally:
        _faults.reset(token)


def _own_ids(_tag: str, attribute: str, value: str) -> str | None:
    """Only footnotes have names to be linked to: another would be one of the page's own."""
    return None if attribute == "id" and _FOOTNOTE.fullmatch(value) is None else value


def _clean(text: str) -> str:
    cleaned = nh3.clean(
        text,
        tags=_TAGS,
        clean_content_tags={"annotation", "script", "style"},
        attributes=_ATTRIBUTES,
        attribute_filter=_own_ids,
        link_rel="noopener noreferrer",
    )
    # A long line scrolls, so the block must be reachable by keyboard.
    return cleaned.replace("<pre>", '<pre tabindex="0">')


# ---- images

_IMG = re.compile(r"<img\b[^>]*>")
_SRC = re.compile(r'src="([^"]*)"')
_ENDINGS = tuple(f".{ending}" for ending in IMAGE_TYPES)
"""LaTeX names images without theirs."""


def _with_images(text: str, images: Mapping[str, bytes], faults: list[str]) -> str:
    """Each image inline: as an image it can run nothing and load nothing from elsewhere."""
    encoded: dict[str, str] = {}
    total = 0

    def refused(name: str, why: str) -> str:
        faults.append(f"the image {name[:120]} {why}")
        return f'<mark class="unset">{html.escape(name[:120])}</mark>'

    def inline(found: "re.Match[str]") -> str:
        nonlocal total
        source = _SRC.search(found[0])
        name = html.unescape(source[1]).removeprefix("./") if source else ""
        kind = next((one for one in ("", *_ENDINGS) if f"{name}{one}" in images), None)
        if kind is None:
            return refused(name, "is not among the statement's files")
        path = f"{name}{kind}"
        if len(images[path]) > IMAGE_BYTES_MAX:
            return refused(name, f"has over {IMAGE_BYTES_MAX >> 20} MiB")
        if path not in encoded:
            encoded[path] = _data_url(path, images[path])
        total += len(encoded[path])
        if total > IMAGES_BYTES_MAX:
            return refused(name, f"brings the images over {IMAGES_BYTES_MAX >> 20} MiB")
        return _SRC.sub(lambda _: f'src="{encoded[path]}"', found[0])

    return _IMG.sub(inline, text)


def _data_url(path: str, content: bytes) -> str:
    kind = IMAGE_TYPES[path.rsplit(".", 1)[-1].lower()]
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


# ---- LaTeX

_MACROS = r"""
\newcommand{\illustration}[3]{\begin{figure}\includegraphics[width=#1\textwidth]{#2}\caption{#3}\end{figure}}
\newcommand{\epigraph}[2]{\begin{quote}#1 --- #2\end{quote}}
\newcommand{\textellipsis}{\ldots}
\newenvironment{Input}{\section*{Input}}{}
\newenvironment{Output}{\section*{Output}}{}
\newenvironment{Interaction}{\section*{Interaction}}{}
"""
_COMMENT = re.compile(r"(?m)^[ \t]*%.*\n?|(?<![\\%])%.*$")
_CONSTANT = re.compile(r"\\constant\{([^{}]*)\}")
_TEX_MARKS = {
    r"\\nextsample\b(?:\{\})?": NEXT_SAMPLE,
    r"\\remainingsamples\b(?:\{\})?": REMAINING_SAMPLES,
}
# What pandoc doesn't know, in words that it knows.
_IN_PLAIN_LATEX = (
    (re.compile(r"\\cline\s*\{[^{}]*\}"), ""),
    (re.compile(r"\\multirow\s*(?:\[[^\]]*\])?\{[^{}]*\}\{[^{}]*\}\{"), r"{"),
    (
        re.compile(r"\\begin\{wrapfigure\}(?:\[[^\]]*\])?\{[^{}]*\}(?:\[[^\]]*\])?\{[^{}]*\}"),
        r"\\begin{figure}",
    ),
    (re.compile(r"\\end\{wrapfigure\}"), r"\\end{figure}"),
    (re.compile(r"\\def\s*\\htmlPixelsInCm\s*\{[^{}]*\}"), ""),
    (re.compile(r"\\t(?=\{)"), r"\\texttt"),
)
_UNSET_MATHS = re.compile(r"Could not convert TeX math (.*?), rendering as TeX", re.DOTALL)
_UNSET_SPAN = re.compile(r'<span class="math (?:inline|display)">(.*?)</span>', re.DOTALL)
_STYLED_WIDTH = re.compile(r'style="width:\s*([0-9.]+)(%|[a-z]*)[^"]*"')
_PIXELS = {"cm": 37.8, "mm": 3.78, "in": 96.0, "pt": 1.333, "em": 16.0, "ex": 8.0}


def _from_tex(source: str, constants: Mapping[str, str], faults: list[str]) -> str:
    def constant(found: "re.Match[str]") -> str:
        if found[1] not in constants:
            faults.append(f"\\constant{{{found[1][:80]}}} is not defined in problem.yaml")
        return constants.get(found[1], found[0])

    body = _CONSTANT.sub(constant, TITLE.sub("", _COMMENT.sub("", source)))
    for pattern, plain in _IN_PLAIN_LATEX:
        body = pattern.sub(plain, body)
    text, said = _pandoc(_MACROS + _marked(body, _TEX_MARKS))
    if text is None:
        faults.append(f"the LaTeX can't be read: {said[:300]}")
        return f'<pre class="unset" tabindex="0">{html.escape(source)}</pre>'
    unset = _UNSET_MATHS.findall(said)
    faults += [f"the formula ${formula.strip()[:120]}$ can't be set" for formula in unset]
    sized = _STYLED_WIDTH.sub(lambda m: f'width="{_width(m)}"', text)
    return _clean(_UNSET_SPAN.sub(r'<mark class="unset">\1</mark>', sized))


def _width(found: "re.Match[str]") -> str:
    """An image's width as HTML has it: in percent, else in pixels."""
    size, unit = float(found[1]), found[2]
    if unit == "%":
        return f"{min(size, 100):g}%"
    return f"{size * _PIXELS.get(unit, 1.0):.0f}"


def _pandoc(source: str) -> tuple[str | None, str]:
    """HTML of LaTeX, and what pandoc warns of; None where it can't read it."""
    command = [
        pypandoc.get_pandoc_path(),
        "--sandbox",
        "--from=latex",
        "--to=html5",
        "--mathml",
        "--shift-heading-level-by=1",
        "+RTS",
        "-M512m",
        "-RTS",
    ]
    try:
        done = subprocess.run(
            command, input=source.encode(), capture_output=True, timeout=_PANDOC_S, check=False
        )
    except subprocess.TimeoutExpired:
        return None, f"pandoc took over {_PANDOC_S} s"
    said = done.stderr.decode(errors="replace")
    return (None if done.returncode else done.stdout.decode(errors="replace")), said
