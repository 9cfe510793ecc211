"""How the command line speaks: one console for results, one for progress, one way to fail."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console

from judge.errors import JudgeFault, PackageFault
from judge.targets import TARGETS
from web.refusals import Refusal

_WIDTH_UNWATCHED = 160
"""In a pipe or a log there is no terminal to fit into."""

_width = None if sys.stdout.isatty() else _WIDTH_UNWATCHED
out = Console(highlight=False, width=_width)
err = Console(stderr=True, highlight=False, width=_width)

ACTOR = "command line"
"""Who the audit says did it."""
EXIT_MISMATCH = 1
EXIT_UNREADABLE = 2
EXIT_UNFIT = 3


def fail(message: str, code: int = EXIT_UNREADABLE) -> NoReturn:
    """Say what is wrong and what to do, and end with `code`."""
    err.print(f"[bold]judge:[/bold] {message}", markup=True, soft_wrap=True)
    raise typer.Exit(code)


def target_option(word: str) -> str:
    """A target's id, or "" for none. Raises BadParameter that names those that there are."""
    if word and word not in TARGETS:
        raise typer.BadParameter(f"there is no target {word!r}; there are {', '.join(TARGETS)}")
    return word


@contextmanager
def faults_explained() -> Iterator[None]:
    """No traceback reaches a person: our own faults and refusals end with their message."""
    try:
        yield
    except Refusal as refusal:
        fail(_plain(refusal.en))
    except PackageFault as fault:
        fail(_plain(str(fault)), EXIT_UNREADABLE)
    except JudgeFault as fault:
        fail(_plain(str(fault)), EXIT_UNFIT)
    except KeyboardInterrupt:
        err.print("stopped")
        raise typer.Exit(130) from None


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


class ProgressLines:
    """Progress of something long, a line a step with its time."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def say(self, text: str) -> None:
        elapsed = time.monotonic() - self._started
        err.print(f"[dim]{elapsed:6.1f} s[/dim]  {_plain(text)}", soft_wrap=True)
        sys.stderr.flush()
