"""`read_mail`: bytes in, a `Mail` out, whatever the bytes."""

from collections.abc import Collection

from complaints.mailroom import headers as fields
from complaints.mailroom.addresses import addresses
from complaints.mailroom.bodies import MAX_BODY_BYTES, MAX_TEXT, Content, content_of
from complaints.mailroom.bounces import delivery_report
from complaints.mailroom.charsets import decode
from complaints.mailroom.headers import Headers, clean
from complaints.mailroom.language import language_of
from complaints.mailroom.machine import Evidence, judge
from complaints.mailroom.mime import parse
from complaints.mailroom.model import Address, Kind, Mail
from complaints.mailroom.phrases import FORWARD_PREFIX
from complaints.mailroom.quotes import cut_history

MAX_DEFECTS = 100
# forwarded messages whose text is read too; all of them are files
MAX_FORWARDS_READ = 5


def read_mail(raw: bytes, *, own_addresses: Collection[str] = (), own_domains: Collection[str] = ()) -> Mail:
    """Read one message as it came from the wire.

    Parameters
    ----------
    raw
        The message, at most what the receiving service takes (SES: 40 MB). Never raises, on any bytes.
    own_addresses
        Addresses that the desk itself sends from; mail from one of them is our own coming back.
    own_domains
        Domains of the desk's own message ids; used for nothing but recognising our own mail.

    Returns
    -------
    Mail
        Time and memory grow linearly with `raw`; see the limits in `mime`, `bodies` and `headers`.
    """
    defects: list[str] = []
    root = parse(raw, defects)
    content = content_of(root, defects)
    content = content_of(root, defects)
    own = _trim(content.text)
    forwarded = "" if root.content_type == "multipart/report" else _forwarded_text(content)
    text = own or forwarded or _status_text(content)
    subject = root.headers.text("subject")
    sender = _sender(root.headers, defects)
    new_text = cut_history(text, forwarded=bool(FORWARD_PREFIX.match(subject)))
    evidence = Evidence(
        headers=root.headers,
        content_type=root.content_type,
        report_type=root.params.get("report-type", "").lower(),
        part_types=frozenset(kind for kind, _ in content.reports),
        sender=sender,
        subject=subject,
        text=text,
        new_text=new_text,
        own_addresses=frozenset(a.strip().lower() for a in own_addresses),
        own_domains=frozenset(d.strip().lower() for d in own_domains),
    )
    verdict = judge(evidence)
    return Mail(
        subject=subject,
        sender=sender,
        reply_to=_mailboxes(root.headers, "reply-to", defects),
        recipients=_mailboxes(root.headers, "to", defects) + _mailboxes(root.headers, "cc", defects),
        delivered_to=_mailboxes(root.headers, "delivered-to", defects)
        + _mailboxes(root.headers, "x-original-to", defects)
        + _mailboxes(root.headers, "envelope-to", defects),
        date=fields.date(root.headers.raw("date"), defects),
        text=f"{own}\n\n{forwarded}" if own and forwarded else text,
        new_text=new_text,
        attachments=tuple(content.attachments),
        kind=verdict.kind,
        reason=verdict.reason,
        suspicion=verdict.suspicion,
        answerable=not verdict.kind.from_machine and not verdict.suspicion and bool(sender.address),
        language=language_of(new_text, subject, text),
        message_id=next(iter(fields.message_ids(root.headers.raw("message-id"))), ""),
        in_reply_to=fields.message_ids(root.headers.raw("in-reply-to")),
        references=fields.message_ids(b" ".join(root.headers.raws("references"))),
        delivery=delivery_report(content.reports, root.headers, text) if verdict.kind is Kind.BOUNCE else None,
        defects=_short(defects),
    )


def _trim(text: str) -> str:
    if " \n" in text or "\t\n" in text or "\xa0\n" in text:
        text = "\n".join([line.rstrip() for line in text.split("\n")])
    return text.rstrip().strip("\n")


def _status_text(content: Content) -> str:
    """What a report without a word for people says."""
    parts = [decode(data[:20_000]).text for kind, data in content.reports if kind == "message/delivery-status"]
    return _trim("\n".join(parts[:20]).replace("\r\n", "\n"))


def _forwarded_text(content: Content) -> str:
    """The bodies of forwarded messages, and of those inside them, each behind the one that carries it."""
    texts: list[str] = []
    waiting = _forwarded(content)
    read = 0
    while waiting and read < MAX_FORWARDS_READ:
        read += 1
        inner = content_of(parse(waiting.pop(0), []), [])
        texts.append(_trim(inner.text))
        waiting = _forwarded(inner) + waiting
    return "\n\n".join(t for t in texts if t)[:MAX_TEXT]


def _forwarded(content: Content) -> list[bytes]:
    return [
        a.content
        for a in content.attachments
        if a.content_type == "message/rfc822" and len(a.content) <= MAX_BODY_BYTES
    ]


def _sender(headers: Headers, defects: list[str]) -> Address:
    """Who wrote it: From, else Sender, Reply-To or Return-Path, which is then told as a defect."""
    named = Address("", "")
    for name in ("from", "sender", "reply-to", "return-path"):
        found = _mailboxes(headers, name, defects)
        if found and found[0].address:
            if name != "from":
                defects.append(f"from: no address, taken from {name}")
                return Address(named.name or found[0].name, found[0].address)
            return found[0]
        named = found[0] if found and not named.name else named
    defects.append("from: no sender's address anywhere")
    return named


def _mailboxes(headers: Headers, name: str, defects: list[str]) -> tuple[Address, ...]:
    found: list[Address] = []
    for raw in headers.raws(name)[:5]:
        found.extend(addresses(raw, defects, name))
    return tuple(found)


def _short(defects: list[str]) -> tuple[str, ...]:
    """Once each, and no more than anybody reads."""
    unique = list(dict.fromkeys(clean(d)[:300] for d in defects))
    if len(unique) > MAX_DEFECTS:
        unique = [*unique[:MAX_DEFECTS], f"and {len(unique) - MAX_DEFECTS} more"]
    return tuple(unique)
