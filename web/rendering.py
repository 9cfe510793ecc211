"""Pages from templates, in the visitor's language."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from judge.languages import LANGUAGES
from judge.targets import TARGETS
from judge.verdicts import TEXTS, Verdict
from problems import statements
from web import charts, i18n, performance_charts
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
        statement=lambda text, tex=False: Markup(statements.render(text, tex=tex)),  # noqa: S704
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
