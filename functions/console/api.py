"""The staff's HTTP interface. Parse, one call into the desk, shape the answer."""

from typing import Any

from functions.common import run
from functions.console import cases, filings, many, organisation, reports, surveys  # noqa: F401  # each declares its endpoints
from functions.console.routes import ROUTES

__all__ = ["ROUTES", "handler"]


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request of the staff's HTTP API; the gateway has checked the token."""
    return run(ROUTES, event)
