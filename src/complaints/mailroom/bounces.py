"""What a delivery report says: which of our messages it is about, and what became of each recipient (RFC 3464, RFC
3461)."""

import re
from collections.abc import Sequence

from complaints.mailroom.addresses import addresses
from complaints.mailroom.headers import Headers, clean, message_ids
from complaints.mailroom.model import DeliveryReport, Recipient

MAX_RECIPIENTS = 500
_FIELD = re.compile(r"^([A-Za-z-]+)[ \t]*:[ \t]*(.*(?:\r?\n[ \t].*)*)", re.M)
_ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)[ -](?=\S)")
_BODY_ID = re.compile(r"^[>\s]*Message-ID:\s*<([^<>\s]+)>", re.I | re.M)
_COPIED_HEADER = re.compile(r"^[>\s]*(?:Received|Return-Path|Message-ID|From|Subject|DKIM-Signature):", re.I | re.M)
_BODY_ADDRESS = re.compile(r"<?([A-Za-z0-9._%+=\-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24})>?")


def delivery_report(reports: Sequence[tuple[str, bytes]], headers: Headers, text: str) -> DeliveryReport:
    """Everything that a message says as a delivery report; empty where it says nothing.

    Machine-readable parts come first; `X-Failed-Recipients` and the text serve where a system sends none.
    """
    recipients: list[Recipient] = []
    message_id = ""
    for kind, content in reports[:50]:
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            recipients.extend(_recipients(content))
        elif kind == "message/disposition-notification":
            message_id = message_id or _field_id(content, "original-message-id")
        elif kind in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            message_id = message_id or _returned_id(content)
        elif kind == "message/feedback-report":
            recipients.extend(_complained(content))
    if not message_id and (match := _BODY_ID.search(text)):
        message_id = match.group(1)
    if not recipients:
        recipients = _from_text(headers, text)
    return DeliveryReport(message_id, tuple(dict.fromkeys(recipients))[:MAX_RECIPIENTS])


def _recipients(content: bytes) -> list[Recipient]:
    found = []
    text = content[:1_000_000].decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    for block in re.split(r"\n[ \t]*\n", text)[: MAX_RECIPIENTS + 1]:
        fields = {name.lower(): re.sub(r"\s+", " ", value).strip() for name, value in _FIELD.findall(block)}
        # the original recipient is the one that we wrote to; the final one may be where their mail is forwarded
        address = _typed(fields.get("original-recipient", "")) or _typed(fields.get("final-recipient", ""))
        if not address and "action" not in fields:
            continue
        diagnostic = clean(_after_type(fields.get("diagnostic-code", "")))[:500]
        status = next(iter(_STATUS.findall(fields.get("status", "")) or _STATUS.findall(diagnostic)), "")
        action = fields.get("action", "").lower().split(" ")[0]
        if action not in _ACTIONS:
            action = "delayed" if status.startswith("4") else "failed"
        found.append(Recipient(address, action, status, diagnostic))
    return found


def _complained(content: bytes) -> list[Recipient]:
    """An abuse report: whoever got the message wants no more of them."""
    text = content[:100_000].decode("utf-8", "backslashreplace")
    return [
        Recipient(value.strip().strip("<>").lower(), "failed", "", "abuse report")
        for name, value in _FIELD.findall(text)
        if name.lower() == "original-rcpt-to"
    ]


def _typed(value: str) -> str:
    """The address behind `rfc822;`."""
    found = addresses(_after_type(value).encode("utf-8", "backslashreplace"), [], "recipient")
    return found[0].address.lower() if found else ""


def _after_type(value: str) -> str:
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and re.fullmatch(r"\s*[A-Za-z0-9-]+\s*", kind) else value.strip()


def _field_id(content: bytes, wanted: str) -> str:
    for name, value in _FIELD.findall(content[:100_000].decode("latin-1")):
        if name.lower() == wanted:
            return next(iter(message_ids(value.encode("latin-1"))), "")
    return ""


def _returned_id(content: bytes) -> str:
    end = re.search(rb"\r?\n\r?\n", content[:200_000].lstrip())
    return _field_id(content.lstrip()[: end.start() if end else 200_000], "message-id")


def _from_text(headers: Headers, text: str) -> list[Recipient]:
    """Recipients of a report that is mere text."""
    head = text[:20_000]
    status = next(iter(_STATUS.findall(head)), "")
    reply = _REPLY.search(head)
    action = (
        "delayed" if status.startswith("4") or (not status and reply and reply.group(1).startswith("4")) else "failed"
    )
    named = headers.plain("x-failed-recipients")
    copy = _COPIED_HEADER.search(head)
    found = _BODY_ADDRESS.findall(named) or _BODY_ADDRESS.findall(head[: copy.start()] if copy else head)
    others = [a.lower() for a in found if not a.lower().startswith(("postmaster@", "mailer-daemon@"))]
    return [Recipient(address, action, status) for address in dict.fromkeys(others)][:20]
