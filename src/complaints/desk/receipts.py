"""What became of a text: reports of carriers turned into events, and the next holder told when nobody was reached."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from complaints.adapters import outbox
from complaints.adapters.rows import Settle, person_key
from complaints.desk import log
from complaints.desk.context import Desk
from complaints.desk.outbox import load
from complaints.desk.undelivered import record, undeliverable

_EUM_FAILED = frozenset(
    {
        "TEXT_BLOCKED",
        "TEXT_CARRIER_BLOCKED",
        "TEXT_CARRIER_UNREACHABLE",
        "TEXT_INVALID",
        "TEXT_INVALID_MESSAGE",
        "TEXT_PROTECT_BLOCKED",
        "TEXT_SPAM",
        "TEXT_TTL_EXPIRED",
        "TEXT_UNREACHABLE",
    }
)
_SES_FAILED = frozenset({"Bounce", "Reject", "Rendering Failure"})


class EarlyReportError(Exception):
    """A report about a text that is not written down yet (or no longer kept); let it come again in a moment."""

    impersonal = True


class Report(msgspec.Struct, frozen=True):
    """What a carrier says about one of our texts: `text` is our id of it, `reason` the carrier's word for a failure."""

    text: str
    outcome: Literal["delivered", "failed"]
    reason: str = ""


def reports_of(message: Any) -> Iterator[Report]:
    """The final reports in what a carrier sends; what is not final, or not about our texts, is left out.

    Known are the events of SES, those of End User Messaging SMS, and the SmsReport lists of Aliyun.
    """
    if isinstance(message, list):
        for entry in message:
            if entry.get("out_id"):
                outcome: Literal["delivered", "failed"] = "delivered" if entry.get("success") is True else "failed"
                yield Report(str(entry["out_id"]), outcome, str(entry.get("err_code", "")))
    elif "mail" in message:
        yield from _of_ses(message)
    elif str(message.get("eventType", "")).startswith("TEXT_"):
        yield from _of_eum(message)


def _of_ses(message: Mapping[str, Any]) -> Iterator[Report]:
    text = next(iter(message["mail"].get("tags", {}).get("text", ())), "")
    kind = message.get("eventType", message.get("notificationType", ""))
    # A transient bounce (mailbox full, out of office) is not the end: SES goes on trying.
    transient = message.get("bounce", {}).get("bounceType") == "Transient"
    if text and kind == "Delivery":
        yield Report(text, "delivered")
    elif text and kind in _SES_FAILED and not transient:
        yield Report(text, "failed", str(message.get("bounce", {}).get("bounceSubType") or kind))


def _of_eum(message: Mapping[str, Any]) -> Iterator[Report]:
    text = str(message.get("context", {}).get("text", ""))
    kind = str(message["eventType"])
    if text and kind == "TEXT_DELIVERED":
        yield Report(text, "delivered")
    elif text and kind in _EUM_FAILED:
        yield Report(text, "failed", kind.removeprefix("TEXT_").lower())


def receive(desk: Desk, report: Report, now: datetime) -> int:
    """Write what became of a text to the cases that it was about; how many of its notices changed.

    The same report twice changes nothing. A failed text is owed to the next who answers for the role.

    Raises
    ------
    EarlyReportError
        The text is not known (yet).
    """
    text = outbox.text_of(desk.store, report.text)
    if text is None:
        raise EarlyReportError(f"text {report.text} is not known: it may be a moment ahead of its own mark")
    changed = 0
    for sk in text.notices:
        item = desk.store.get(person_key(text.person), sk)
        if item is None or item.state != "sent":
            continue
        notice = load(item.document)
        if report.outcome == "failed":
            changed += bool(undeliverable(desk, text.person, sk, notice, report.reason or "undelivered", now))
            continue
        ended = Settle(pk=item.pk, sk=sk, state="delivered", document=item.document or "", while_=("sent",))
        changed += record(desk, notice, "notice_delivered", text.person, "", now, ended)
    log.info("report", text=report.text, outcome=report.outcome, changed=changed)
    return changed


def messages_of(event: Mapping[str, Any]) -> Iterator[Any]:
    """The carrier's messages in what a function is called with: by SNS, or straight from an event bus."""
    for notification in event.get("Records", ()):
        yield msgspec.json.decode(notification["Sns"]["Message"])
    if "detail" in event:
        yield event["detail"]
