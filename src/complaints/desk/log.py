"""One line of JSON a message, for CloudWatch: what happened, where, no personal data.

Of an error only its kind and the places in the code that it came through are told, for it and for all that led to it.
Its text is left out: libraries put the values at fault into it (botocore a request's parameters, `int` what somebody
typed), and what a customer wrote would lie in the log where no erasure reaches it. The text is told only of errors
whose class says `impersonal = True`: their texts are written here and name references, settings and rules, no values.

The standard library's logging with a formatter of ten lines: Powertools' Logger would cost the escalate functions a
fifth of their start.
"""

import json
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import wraps
from typing import Any, TextIO, TypeVar

from botocore.exceptions import ClientError

Answer = TypeVar("Answer")

_logger = logging.getLogger("complaints")


class FailedError(Exception):
    """A function failed, as its line in the log says; the call is made again."""

    impersonal = True


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"level": record.levelname, "message": record.getMessage(), **getattr(record, "fields", {})}
        if service := os.environ.get("POWERTOOLS_SERVICE_NAME"):
            line["service"] = service
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = trace(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the standard library's name
        """A line that cannot be written is told by its place: the standard library would print the error's text."""
        sys.stderr.write(f"no log line could be written for {record.module}:{record.lineno}\n")


def configure() -> None:
    """Let messages go to standard output as JSON lines; entry points call it once."""
    if not _logger.handlers:
        handler = _Handler(sys.stdout)
        handler.setFormatter(_JsonFormatter())
        _logger.addHandler(handler)
        _logger.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
        _logger.propagate = False


def summary(error: BaseException) -> str:
    """What may be kept of an error where personal data must not lie: its kind, an AWS service's code or the text of an
    impersonal error, and the place in the code where it came up."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{_named(error)} at {_place(frames[-1])}" if frames else _named(error)


def trace(error: BaseException) -> str:
    """An error and all that led to it, each with the places in the code that it came through, innermost last."""
    parts = []
    for one in _chain(error):
        places = [f"  {_place(frame)}" for frame in traceback.extract_tb(one.__traceback__)]
        parts.append("\n".join([_named(one), *places]))
    return "\nbecause of\n".join(parts)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        for member in getattr(error, "exceptions", ()):
            yield from _chain(member)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _named(error: BaseException) -> str:
    kind = type(error).__name__
    if getattr(error, "impersonal", False):
        return f"{kind}: {error}"
    if isinstance(error, ClientError):
        return f"{kind} ({error.response.get('Error', {}).get('Code', '?')} of {error.operation_name})"
    return kind


def _place(frame: traceback.FrameSummary) -> str:
    return f"{os.path.basename(frame.filename)}:{frame.lineno} in {frame.name}"


def info(message: str, **fields: Any) -> None:
    """What a reader of the log wants to see of every call."""
    _logger.info(message, extra={"fields": fields})


def warning(message: str, **fields: Any) -> None:
    """What went wrong and mends itself."""
    _logger.warning(message, extra={"fields": fields})


def error(message: str, *, exception: bool = False, **fields: Any) -> None:
    """What went wrong and needs somebody; with `exception`, the one being handled."""
    _logger.error(message, extra={"fields": fields}, exc_info=exception)


def guarded(handler: Callable[[dict[str, Any], object], Answer]) -> Callable[[dict[str, Any], object], Answer]:
    """A handler whose errors leave it as `FailedError`: the runtime writes the whole text of what leaves a handler."""

    @wraps(handler)
    def run(event: dict[str, Any], context: object) -> Answer:
        try:
            return handler(event, context)
        except Exception as failed:  # noqa: BLE001  # told in the log, and raised without what it says
            error("failed", exception=True, error=type(failed).__name__)
            raise FailedError(summary(failed)) from None

    return run


def metric(now: datetime, name: str, value: float, unit: str = "Count", **dimensions: str) -> None:
    """A CloudWatch metric by its embedded format: no request, no library."""
    spec = {"Namespace": "ComplaintDesk", "Dimensions": [list(dimensions)], "Metrics": [{"Name": name, "Unit": unit}]}
    stamp = {"Timestamp": int(now.timestamp() * 1000), "CloudWatchMetrics": [spec]}
    print(json.dumps({name: value, **dimensions, "_aws": stamp}), flush=True)
