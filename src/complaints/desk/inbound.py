"""An e-mail has reached the bucket: it becomes a complaint, joins its case, or is set aside with the reason.

The raw message is in the bucket before anything is parsed and stays as long as its case; what cannot be worked on is
listed, by itself, and can be tried again (`replay`). A machine is never answered.
"""

import hashlib
from datetime import datetime
from typing import Any, Literal

import msgspec

from complaints.adapters.files import Files
from complaints.adapters.store import StoreError
from complaints.case.values import CUSTOMER_ACTOR, SYSTEM_ACTOR, RefusedError
from complaints.desk import log, set_aside
from complaints.desk.answers import Once
from complaints.desk.command import Asked, command
from complaints.desk.context import Desk
from complaints.desk.dossier import NoCaseError
from complaints.desk.erase import keep_mail
from complaints.desk.identifiers import EMAIL, normal
from complaints.desk.register import Complaint, Paper, keep_paper, register
from complaints.desk.reply import reply_keys
from complaints.mailroom import read_mail
from complaints.mailroom.caps import may_answer
from complaints.mailroom.model import Kind, Mail
from complaints.mailroom.threads import ThreadDecision, thread_of
from complaints.texts import text as sentence

ANSWERS_PER_HOUR = 10
"""Acknowledgements that one address can cause in an hour: the last fence between two machines that answer."""

MAX_TEXT = 20_000
MAX_FILES = 40
REFERENCE = r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b"

What = Literal["complaint", "reply", "bounce", "aside"]


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message: a complaint (or a repeat), a reply joined to its case, a bounce noted, set aside."""

    what: What
    reference: str = ""
    reason: str = ""


def receive(desk: Desk, key: str, now: datetime) -> Received:
    """Work on the message that lies under `key` in the mail bucket.

    The same message again has no second effect. The raw message is noted with its case and destroyed with it. Only what
    may pass by itself is raised (the table or a bucket out of reach); everything else sets this one message aside.
    """
    raw = Files(desk.settings.need("mail_bucket")).read(key)
    try:
        received = _judged(desk, raw, now)
    except StoreError:
        raise
    except RefusedError as refused:
        received = Received(what="aside", reason="refused: " + ", ".join(p.code for p in refused.problems))
    except NoCaseError as refused:
        received = Received(what="aside", reason=f"{type(refused).__name__}: {refused}")
    except Exception as broken:  # noqa: BLE001  # one poisoned message must not stop the mailbox
        log.error("mail set aside", exception=True, key=key, error=type(broken).__name__)
        received = Received(what="aside", reason=f"failed: {type(broken).__name__}")
    if received.reference:
        keep_mail(desk, received.reference, key)
    if received.what == "aside":
        set_aside.set_aside(desk, set_aside.Aside(key=key, at=now, reason=received.reason))
    log.info("mail", what=received.what, case=received.reference, reason=received.reason)
    return received


def replay(desk: Desk, key: str, now: datetime) -> Received:
    """Try a message that was set aside once more; it leaves the list when it could be worked on.

    Raises
    ------
    LookupError
        No such message is set aside.
    """
    if set_aside.find(desk, key) is None:
        raise LookupError(f"no message {key!r} is set aside; `complaints mail list` shows those that are")
    received = receive(desk, key, now)
    if received.what != "aside":
        set_aside.taken_back(desk, key)
    return received


def _judged(desk: Desk, raw: bytes, now: datetime) -> Received:
    settings = desk.settings
    own = [address for address in (settings.mail_from,) if address]
    mail = read_mail(raw, own_addresses=own, own_domains=[settings.mail_domain] if settings.mail_domain else [])
    thread = thread_of(mail, reply_keys(desk), _sent_by_id, pattern=REFERENCE)
    if mail.kind is Kind.BOUNCE:
        return _bounced(desk, mail, thread, raw, now)
    if mail.kind.from_machine:
        return Received(what="aside", reason=f"machine: {mail.reason}")
    if thread.joins:
        return _joined(desk, mail, thread, raw, now)
    return _opened(desk, mail, thread, raw, now)


def _sent_by_id(_: str) -> None:
    """The carrier puts ids of its own into what is sent; the signed reply address is the proof that counts."""


def _once(mail: Mail, raw: bytes, scope: str) -> Once:
    """The same message, however often it is delivered. Some programs give one id to many messages: the sender and the
    subject count too."""
    named = f"{mail.message_id}\n{mail.sender.address}\n{mail.subject}".encode("utf-8", "replace")
    return Once(scope=scope, key=hashlib.sha256(named if mail.message_id else raw).hexdigest())


def _opened(desk: Desk, mail: Mail, thread: ThreadDecision, raw: bytes, now: datetime) -> Received:
    intake = desk.policies.current(now).policy.intake
    person: dict[str, Any] = {"name": mail.sender.name} if mail.sender.name else {}
    if _answerable(desk, mail, now):
        person["email"] = mail.sender.address
    elif mail.sender.address:
        # kept for people to see; nothing is sent there by itself
        person["unanswered_email"] = mail.sender.address
    words, papers = _words(mail, mail.text)
    if thread.mentions:
        words += "\n\n" + sentence("mail.mentions", mail.language, references=", ".join(thread.mentions))
    values = {
        "kind": intake.kind,
        "channel": intake.channel_mail,
        "text": words,
        "complainant": person,
        "language": mail.language,
    }
    known = {EMAIL: normal(EMAIL, mail.sender.address)} if mail.sender.address else {}
    complaint = Complaint(
        values=values, by=CUSTOMER_ACTOR, once=_once(mail, raw, "mail"), papers=papers, known_by=known
    )
    made = register(desk, complaint, now)
    return Received(what="complaint", reference=made.reference)


def _answerable(desk: Desk, mail: Mail, now: datetime) -> bool:
    if not mail.answerable:
        return False
    form = normal(EMAIL, mail.sender.address)
    lately = [at for digest in desk.keys.digests(EMAIL, form) for at, _ in desk.store.find(EMAIL, digest).cases]
    return may_answer(mail, lately, now, ANSWERS_PER_HOUR).allowed


def _joined(desk: Desk, mail: Mail, thread: ThreadDecision, raw: bytes, now: datetime) -> Received:
    words, papers = _words(mail, mail.new_text or mail.text)
    once = _once(mail, raw, f"mail:{thread.reference}")
    asked = Asked(reference=thread.reference, name="message", values={"text": words}, by=CUSTOMER_ACTOR, once=once)
    done = command(desk, asked, now, seen=lambda _: True)
    for number, paper in enumerate(papers):
        _attach(desk, done.reference, paper, Once(scope=once.scope, key=f"{once.key}:{number}"), now)
    return Received(what="reply", reference=done.reference, reason=thread.rule)


def _attach(desk: Desk, reference: str, paper: Paper, once: Once, now: datetime) -> None:
    values = {
        "file": keep_paper(desk, reference, paper),
        "name": paper.name,
        "type": paper.content_type,
        "size": len(paper.content),
    }
    asked = Asked(reference=reference, name="attach", values=values, by=CUSTOMER_ACTOR, once=once)
    command(desk, asked, now, seen=lambda _: True)


def _bounced(desk: Desk, mail: Mail, thread: ThreadDecision, raw: bytes, now: datetime) -> Received:
    """Mail of ours that can never arrive is noted on its case; other delivery reports are set aside."""
    if not thread.joins or mail.delivery is None or not mail.delivery.permanent:
        return Received(what="aside", reason=f"machine: {mail.reason}")
    status = ", ".join(sorted({one.status for one in mail.delivery.recipients if one.status})) or "?"
    values = {
        "text": sentence("mail.bounced", mail.language, status=status),
        "about": "mail_bounced",
        "facts": {"status": status},
    }
    once = _once(mail, raw, f"bounce:{thread.reference}")
    asked = Asked(reference=thread.reference, name="note", values=values, by=SYSTEM_ACTOR, once=once)
    done = command(desk, asked, now, seen=lambda _: True)
    return Received(what="bounce", reference=done.reference)


def _words(mail: Mail, body: str) -> tuple[str, list[Paper]]:
    """What the message says, subject first, and its files; a text that is too long goes along as a file."""
    files = [
        Paper(name=one.name, content_type=one.content_type, content=one.content)
        for one in mail.attachments[:MAX_FILES]
        if one.content
    ]
    subject, said = mail.subject.strip(), body.strip()
    words = "\n\n".join(part for part in (subject, said) if part) or sentence("mail.no_text", mail.language)
    if len(words) > MAX_TEXT:
        files.insert(0, Paper(name="message.txt", content_type="text/plain", content=words.encode()))
        words = words[: MAX_TEXT - 200] + "\n" + sentence("mail.rest", mail.language)
    return words, files
