"""Pages from templates, in the visitor's language."""

import json
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from judge.languages import LANGUAGES
from judge.targets import TARGETS
from judge.verdicts import TEXTS, Verdict
from problems import statement_rendering
from problems.files_for_candidates import Sample
from problems.package import Package
from web import charts, i18n, performance_charts
from web.refusals import no_such_page
from web.request import RequestContext, set_cookie

TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        i18n.translations(language), newstyle=True
    )
    environment.filters.update(
        instant=lambda at_ms: i18n.instant(at_ms, language),
        duration=lambda ms: i18n.duration(ms, language),
        statement=lambda package: statement_pieces(package, language),
        source=source_lines,
        mebibytes=lambda size: f"{size / 1048576:.1f}",
        json=lambda value: Markup(json.dumps(value).replace("<", "\\u003c")),  # noqa: S704
    )
    environment.globals.update(
        charts=charts,
        performance_charts=performance_charts,
        texts=TEXTS,
        Verdict=Verdict,
        languages=LANGUAGES,
        targets=TARGETS,
        lang=language,
    )
    return environment


@dataclass(frozen=True, slots=True)
class ShownSample:
    """A sample at its place in a statement, numbered from 1."""

    number: int
    sample: Sample


def statement_pieces(package: Package, language: str) -> list[Markup | ShownSample]:
    """A statement and its samples, in the order in which they are shown.

    Samples that the statement doesn't place itself follow it.
    """
    statement = package.statement(language)
    shown = statement_rendering.rendered(statement) if statement else statement_rendering.NOTHING
    waiting = [ShownSample(n, sample) for n, sample in enumerate(package.samples, start=1)]
    pieces: list[Markup | ShownSample] = []
    for html, mark in zip_longest(shown.parts[::2], shown.sample_marks):
        pieces.append(Markup(html))  # noqa: S704  (cleaned)
        count = len(waiting) if mark != statement_rendering.NEXT_SAMPLE else min(1, len(waiting))
        pieces += waiting[:count]
        del waiting[:count]
    return pieces


def file_response(package: Package, path: str) -> Response:
    """A file of a package for download: never shown by a browser as a page of ours."""
    content = package.public_file(path)
    if content is None:
        raise no_such_page(path)
    name = quote(path.rsplit("/", 1)[-1])
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


def source_lines(text: str, language: str) -> list[Markup]:
    """Highlighted lines of a source, for a numbered listing; the highlighter escapes."""
    name = LANGUAGES[language].lexer if language in LANGUAGES else "text"
    lexer = get_lexer_by_name(name, stripnl=False)
    html = highlight(text, lexer, HtmlFormatter(nowrap=True))
    return [Markup(line) for line in html.rstrip("\n").split("\n")]  # noqa: S704


def render(name: str, context: RequestContext, **values: Any) -> str:  # noqa: ANN401  (a template's values)
    template = _environment(context.language).get_template(name)
    return template.render(context=context, visitor=context.visitor, **values)


def page(
    name: str,
    context: RequestContext,
    *,
    status: int = 200,
    **values: Any,  # noqa: ANN401  (a template's values)
) -> HTMLResponse:
    """A whole page."""
    answer = HTMLResponse(render(name, context, **values), status_code=status)
    if context.language_asked:
        set_cookie(answer, context, i18n.COOKIE, context.language, http_only=False)
    return answer
