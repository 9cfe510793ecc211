"""Logs: a line for people, or an object a line for machines (JUDGE_LOG=json)."""

import json
import logging
from datetime import UTC, datetime
from enum import StrEnum


class LogKind(StrEnum):
    """How a process writes its log."""

    TEXT = "text"
    """Warnings and worse."""
    JSON = "json"
    """Everything, one JSON object a line."""


EXTRAS = ("trace", "status", "ms", "job", "submission", "runner", "verdict", "stages_s")


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "at": at,
            "level": record.levelname.lower(),
            "where": record.name,
            "message": record.getMessage(),
        }
        for name in EXTRAS:
            if hasattr(record, name):
                line[name] = getattr(record, name)
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up(kind: LogKind, who: str) -> None:
    """For this process; `who` leads a line that people read."""
    handler = logging.StreamHandler()
    as_text = logging.Formatter(f"%(asctime)s {who}: %(message)s")
    handler.setFormatter(_AsJson() if kind is LogKind.JSON else as_text)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    own = logging.INFO if kind is LogKind.JSON else logging.WARNING
    for name in ("judge", "web", "cli", "sandboxes", "problems"):
        logging.getLogger(name).setLevel(own)
    logging.getLogger("httpx").setLevel(logging.WARNING)
