"""Two languages on every page: gettext catalogues, and the one that a visitor wants.

The catalogue's .po file is read at start, so there is no compiled file that could be stale.
"""

import io
from datetime import UTC, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale, negotiate_locale
from babel.dates import format_datetime, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("en", "zh")
COOKIE = "language"
CATALOGUE = Path(__file__).parent / "locale" / "zh" / "LC_MESSAGES" / "messages.po"
_LOCALES = {"en": Locale("en"), "zh": Locale("zh", "CN", script="Hans")}


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; English is what the source says."""
    if language != "zh":
        return NullTranslations()
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans_CN")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def choose(query: str | None, cookie: str | None, accept: str | None) -> str:
    """The address bar first, then the cookie, then what the browser prefers."""
    for wanted in (query, cookie):
        if wanted in LANGUAGES:
            return str(wanted)
    preferred = [part.split(";")[0].strip().replace("-", "_") for part in (accept or "").split(",")]
    simple = [tag.split("_")[0] for tag in preferred if tag]
    return negotiate_locale(simple, LANGUAGES) or "en"


def instant(at_ms: int, language: str) -> str:
    """A moment for people, in UTC; the page's script turns it into the reader's own time."""
    at = datetime.fromtimestamp(at_ms / 1000, tz=UTC)
    return format_datetime(at, "yyyy-MM-dd HH:mm:ss 'UTC'", locale=_LOCALES[language])


def duration(ms: int, language: str) -> str:
    return format_timedelta(
        ms // 1000, granularity="second", threshold=2, locale=_LOCALES[language]
    )
