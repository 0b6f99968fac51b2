"""Write what carriers report about texts and mails."""

from typing import Any

from complaints.adapters import clock
from complaints.desk import log
from complaints.desk.context import desk
from complaints.desk.receipts import messages_of, receive, reports_of

log.configure()


@log.guarded
def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """One or more reports; whatever fails is called for again as a whole, which does nothing twice."""
    changed = 0
    for message in messages_of(event):
        for report in reports_of(message):
            changed += receive(desk(), report, clock.now())
    return {"changed": changed}
