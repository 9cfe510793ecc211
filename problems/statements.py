"""Statements as safe HTML: Markdown, mathematics as MathML, highlighted code; no script needed."""

from functools import lru_cache
from typing import Any

import nh3
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

_MATHML = {
    "math", "mrow", "mi", "mo", "mn", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot", "mtext",
    "mspace", "mover", "munder", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded",
}  # fmt: skip
_ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    "math": {"display", "xmlns"},
    "mo": {"stretchy", "fence", "form"},
    "mi": {"mathvariant"},
    "span": {"class"},
    "code": {"class"},
    "div": {"class"},
    "pre": {"class"},
}


def _highlight(code: str, language: str, _attributes: str) -> str:
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return ""
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


def _mathematics(content: str, options: dict[str, Any]) -> str:
    display = "block" if options.get("display_mode") else "inline"
    return str(convert(content, display=display))


_markdown = MarkdownIt("js-default", {"html": False, "highlight": _highlight}).use(
    dollarmath_plugin, renderer=_mathematics
)


@lru_cache(maxsize=128)
def render(text: str, *, tex: bool = False) -> str:
    """HTML of a statement. LaTeX statements of legacy packages are shown as their source."""
    if tex:
        return f'<pre tabindex="0" class="tex">{nh3.clean_text(text)}</pre>'
    html = nh3.clean(
        _markdown.render(text), tags=nh3.ALLOWED_TAGS | _MATHML, attributes=_ATTRIBUTES
    )
    # A long line scrolls, so the block must be reachable by keyboard.
    return html.replace("<pre>", '<pre tabindex="0">')
