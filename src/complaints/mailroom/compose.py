"""Outgoing mail as bytes: acknowledgements and notices that no program answers and no value can break out of its
header."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_MESSAGE_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]+@[\x21-\x3b\x3d\x3f-\x7e]+")
_NONCE = re.compile(r"[0-9a-f]{16,64}")
_LANGUAGES = frozenset({"zh-CN", "en"})
_MAX_REFERENCES = 20


class ComposeError(ValueError):
    """A message cannot be written from these values; the message says which one and what it must look like."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one person.

    `nonce` is 16 to 64 lower-case hexadecimal digits, unique to this message (a hash of case, step and recipient
    makes a repeated sending recognisable). `in_reply_to` and `references` are message ids without brackets, oldest
    first. `reply_to` is the signed reply address of the case. `now` is aware.
    """

    sender: str
    sender_name: str
    recipient: str
    subject: str
    text: str
    language: str
    nonce: str
    domain: str
    now: datetime
    reply_to: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = field(default_factory=tuple)
    answers: bool = False


def message_id(nonce: str, domain: str) -> str:
    """The id, without brackets, that `compose` gives the message; mail with such an id that arrives is our own."""
    if not _NONCE.fullmatch(nonce):
        raise ComposeError(f"nonce {nonce!r}: use 16 to 64 lower-case hexadecimal digits")
    if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", domain):
        raise ComposeError(f"mail domain {domain!r} is no host name")
    return f"desk.{nonce}@{domain}"


def compose(outgoing: Outgoing) -> bytes:
    """The message as it goes to the carrier, lines ending in CRLF, ASCII throughout.

    `Auto-Submitted: auto-replied` marks what answers a message (RFC 3834), `auto-generated` everything else;
    `X-Auto-Response-Suppress` and `Precedence: auto_reply` keep Exchange and older programs from answering; `X-Loop`
    lets the mailroom know its own mail. SES puts an id of its own into `Message-ID`: keep both for `thread_of`.

    Raises
    ------
    ComposeError
        If an address, id, language or the time cannot stand in a header.
    """
    if outgoing.language not in _LANGUAGES:
        raise ComposeError(f"language {outgoing.language!r}: use one of {sorted(_LANGUAGES)}")
    if outgoing.now.tzinfo is None:
        raise ComposeError("now has no time zone: pass an aware datetime")
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = _mailbox(outgoing.sender_name, outgoing.sender)
    message["To"] = _mailbox("", outgoing.recipient)
    if outgoing.reply_to:
        message["Reply-To"] = _mailbox(outgoing.sender_name, outgoing.reply_to)
    message["Subject"] = one_line(outgoing.subject)
    message["Date"] = format_datetime(outgoing.now)
    message["Message-ID"] = f"<{message_id(outgoing.nonce, outgoing.domain)}>"
    references = [_id(i) for i in outgoing.references if i][-_MAX_REFERENCES:]
    if outgoing.in_reply_to:
        answered = _id(outgoing.in_reply_to)
        message["In-Reply-To"] = f"<{answered}>"
        references = [*(i for i in references if i != answered), answered]
    if references:
        message["References"] = " ".join(f"<{i}>" for i in references)
    message["Auto-Submitted"] = "auto-replied" if outgoing.answers else "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if outgoing.answers:
        message["Precedence"] = "auto_reply"
    message["X-Loop"] = outgoing.sender.lower()
    message["Content-Language"] = outgoing.language
    body = outgoing.text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    message.set_content(body, charset="utf-8", cte="base64" if not body.isascii() else "quoted-printable")
    return message.as_bytes()


def one_line(value: str) -> str:
    """`value` without anything that could begin another header line, at most 200 characters long."""
    line = re.sub(r"\s+", " ", _UNSAFE.sub(" ", unicodedata.normalize("NFC", value))).strip()
    return line.encode("utf-8", "ignore").decode("utf-8")[:200]


def _mailbox(name: str, address: str) -> HeaderAddress:
    if not _ADDRESS.fullmatch(address) or ".." in address:
        raise ComposeError(f"address {address!r} cannot stand in a header; correct it where it was entered")
    return HeaderAddress(display_name=one_line(name), addr_spec=address)


def _id(value: str) -> str:
    if not _MESSAGE_ID.fullmatch(value) or len(value) > 400:
        raise ComposeError(f"message id {value[:60]!r} cannot stand in a header; leave it out")
    return value
