"""One line of JSON a message, for CloudWatch: what happened, where, no personal data.

The standard library's logging with a formatter of ten lines: Powertools' Logger would cost the escalate functions a
fifth of their start.
"""

import json
import logging
import os
import sys
from datetime import datetime
from typing import Any

_logger = logging.getLogger("complaints")


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"level": record.levelname, "message": record.getMessage(), **getattr(record, "fields", {})}
        if service := os.environ.get("POWERTOOLS_SERVICE_NAME"):
            line["service"] = service
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure() -> None:
    """Let messages go to standard output as JSON lines; entry points call it once."""
    if not _logger.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(_JsonFormatter())
        _logger.addHandler(handler)
        _logger.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
        _logger.propagate = False


def info(message: str, **fields: Any) -> None:
    """What a reader of the log wants to see of every call."""
    _logger.info(message, extra={"fields": fields})


def warning(message: str, **fields: Any) -> None:
    """What went wrong and mends itself."""
    _logger.warning(message, extra={"fields": fields})


def error(message: str, *, exception: bool = False, **fields: Any) -> None:
    """What went wrong and needs somebody; with `exception`, the one being handled."""
    _logger.error(message, extra={"fields": fields}, exc_info=exception)


def metric(now: datetime, name: str, value: float, unit: str = "Count", **dimensions: str) -> None:
    """A CloudWatch metric by its embedded format: no request, no library."""
    spec = {"Namespace": "ComplaintDesk", "Dimensions": [list(dimensions)], "Metrics": [{"Name": name, "Unit": unit}]}
    stamp = {"Timestamp": int(now.timestamp() * 1000), "CloudWatchMetrics": [spec]}
    print(json.dumps({name: value, **dimensions, "_aws": stamp}), flush=True)
