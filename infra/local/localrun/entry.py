"""Laid beside the packaged code as `local_entry`: sets the handler's clock, then hands every event to the real handler.

The product reads one clock, `complaints.adapters.clock.now`; here it is replaced before the handler is imported, so
that handlers, queues and schedules of the local run all keep the same moved time.
"""

import importlib
import os
import sys
from typing import Any

from local_entry_clock import set_clock  # type: ignore[import-not-found]  # its name in the package

set_clock()

_module, _, _name = os.environ["LOCAL_HANDLER"].rpartition(".")
_real = getattr(importlib.import_module(_module), _name)


def _as_deployed(event: Any) -> Any:
    """Add what API Gateway gives and its local stand-in leaves out: cookies as a list of their own, not as a header."""
    if isinstance(event, dict) and event.get("version") == "2.0" and "cookies" not in event:
        header = (event.get("headers") or {}).pop("cookie", None)
        if header:
            event["cookies"] = [part.strip() for part in header.split(";")]
    return event


def handler(event: Any, context: Any) -> Any:
    """Run the real handler on the moved clock."""
    try:
        return _real(_as_deployed(event), context)
    finally:
        # As the real service does; the local one also waits for a line before it answers.
        print(f"END {_module}", file=sys.stderr, flush=True)
