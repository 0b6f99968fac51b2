"""Who wrote it: a person, or a machine that must never be answered. A row of small rules in one table.

The first rule of `RULES` that fires decides, and its name is the mail's `reason`. A rule marked `firm` cannot be
outvoted: no person's mail program writes what it looks at. The others can: where the text speaks with a person's
voice, the message stays a complaint, is not answered by itself, and `suspicion` names the rule. `SUSPICIONS` never
make a machine of anybody."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from complaints.mailroom import phrases
from complaints.mailroom.headers import Headers, message_ids
from complaints.mailroom.model import Address, Kind
from complaints.mailroom.voice import speaks_as_person

_NULL_PATHS = frozenset({b"<>", b"< >", b"<MAILER-DAEMON>"})
# the local part of the message ids that `compose` makes
OWN_ID = re.compile(r"desk\.[0-9a-f]{16,64}")


@dataclass(frozen=True)
class Evidence:
    """What the rules look at. `own_addresses` and `own_domains` are in lower case; `part_types` those of the report
    parts."""

    headers: Headers
    content_type: str
    report_type: str
    part_types: frozenset[str]
    sender: Address
    subject: str
    text: str
    new_text: str
    own_addresses: frozenset[str]
    own_domains: frozenset[str]

    def token(self, name: str) -> str:
        """The first word of a header field, in lower case, without comment or parameters."""
        return self.headers.plain(name).lower().split(";")[0].split("(")[0].strip()

    @cached_property
    def local_part(self) -> str:
        """The sender's name before the @, in lower case."""
        return self.sender.address.rpartition("@")[0].lower().strip('"')

    @cached_property
    def technical(self) -> bool:
        """Whether the first lines, where a machine says what it is, speak of mail systems."""
        return phrases.speaks_of_mail_systems(self.text[:3_000])

    @cached_property
    def bounce_subject(self) -> bool:
        """Whether the subject is one that mail systems give to returned mail."""
        return bool(phrases.BOUNCE_SUBJECT.match(self.subject))

    @cached_property
    def absence_subject(self) -> bool:
        """Whether the subject is one that mail programs give to automatic answers."""
        return bool(phrases.ABSENCE_SUBJECT.match(self.subject))

    @cached_property
    def absence_body(self) -> bool:
        """Whether a short text says that its writer is away or will answer later."""
        return len(self.new_text) < 800 and bool(phrases.ABSENCE_BODY.search(self.new_text))

    @cached_property
    def null_return_path(self) -> bool:
        """Whether the envelope asked for no answers."""
        return any(raw.strip() in _NULL_PATHS for raw in self.headers.raws("return-path"))

    @cached_property
    def bulk(self) -> bool:
        """Whether it went to many."""
        if self.token("precedence") in ("bulk", "list", "junk"):
            return True
        return any(self.headers.has(name) for name in ("list-id", "list-unsubscribe", "x-mailing-list"))


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to take a message for a machine's."""

    name: str
    kind: Kind
    firm: bool
    fires: Callable[[Evidence], bool]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The kind, the rule that decided it, and the rule for which a person's message is not answered ("" if none)."""

    kind: Kind
    reason: str
    suspicion: str = ""


def judge(evidence: Evidence) -> Verdict:
    """Decide who wrote a message. Swallowing a person is the worst fault, so doubt always ends in a person's favour."""
    suspicion = ""
    human: bool | None = None
    for rule in RULES:
        if not rule.fires(evidence):
            continue
        if rule.firm:
            return Verdict(rule.kind, rule.name)
        if human is None:
            human = speaks_as_person(evidence.new_text, evidence.subject)
        if not human:
            return Verdict(rule.kind, rule.name)
        suspicion = suspicion or rule.name
    for name, fires in SUSPICIONS:
        if suspicion:
            break
        if fires(evidence):
            suspicion = name
    for name, fires in REPLIES:
        if fires(evidence):
            return Verdict(Kind.REPLY, name, suspicion)
    return Verdict(Kind.NEW, "no-sign-of-machine-or-reply" if not suspicion else "person-despite-suspicion", suspicion)


def _own_sender(e: Evidence) -> bool:
    return e.sender.address.lower() in e.own_addresses


def _own_message_id(e: Evidence) -> bool:
    ids = message_ids(e.headers.raw("message-id"))
    local, _, domain = ids[0].rpartition("@") if ids else ("", "", "")
    return domain.lower() in e.own_domains and bool(OWN_ID.fullmatch(local))


def _own_domain_id(e: Evidence) -> bool:
    ids = message_ids(e.headers.raw("message-id"))
    return bool(ids) and ids[0].rpartition("@")[2].lower() in e.own_domains


def _own_loop_mark(e: Evidence) -> bool:
    marks = {
        raw.decode("latin-1").strip().lower()
        for name in ("x-loop", "x-complaint-desk")
        for raw in e.headers.raws(name)[:20]
    }
    return bool(marks & (e.own_addresses | e.own_domains))


def _delivery_report(e: Evidence) -> bool:
    if e.content_type == "multipart/report" and e.report_type in ("delivery-status", ""):
        return e.report_type != "" or "message/delivery-status" in e.part_types
    return False


def _status_part(e: Evidence) -> bool:
    """A status part outside a report: a badly built bounce, unless somebody shows us theirs."""
    shown = phrases.REPLY_PREFIX.match(e.subject) or phrases.FORWARD_PREFIX.match(e.subject)
    return "message/delivery-status" in e.part_types and not shown


def _read_receipt(e: Evidence) -> bool:
    return e.report_type == "disposition-notification" or "message/disposition-notification" in e.part_types


def _abuse_report(e: Evidence) -> bool:
    return e.report_type == "feedback-report" or "message/feedback-report" in e.part_types


def _auto_submitted(e: Evidence) -> bool:
    return e.token("auto-submitted").startswith(("auto-replied", "auto-notified"))


def _auto_generated(e: Evidence) -> bool:
    return e.token("auto-submitted") not in ("", "no", "auto-forwarded")


def _precedence(e: Evidence) -> bool:
    return any(
        e.token(name).replace("-", "_") in ("auto_reply", "auto_replied", "autoreply")
        for name in ("precedence", "x-precedence", "preference")
    )


def _vendor_header(e: Evidence) -> bool:
    return any(e.headers.has(name) and e.token(name) not in ("no", "false", "0") for name in phrases.VENDOR_HEADERS)


def _vendor_value(e: Evidence) -> bool:
    return any(pattern.search(e.headers.plain(name)) for name, pattern in phrases.VENDOR_VALUES)


def _daemon(e: Evidence) -> bool:
    return bool(phrases.DAEMON_LOCAL.fullmatch(e.local_part) or phrases.DAEMON_NAME.search(e.sender.name))


def _postmaster(e: Evidence) -> bool:
    return bool(phrases.POSTMASTER_LOCAL.fullmatch(e.local_part) or phrases.POSTMASTER_NAME.search(e.sender.name))


def _absence(e: Evidence) -> bool:
    """An absence subject over a short text, or over one that says so."""
    return e.absence_subject and (len(e.new_text) < 400 or bool(phrases.ABSENCE_BODY.search(e.new_text[:3_000])))


def _plain_receipt(e: Evidence) -> bool:
    return bool(phrases.RECEIPT_SUBJECT.match(e.subject) and phrases.RECEIPT_BODY.search(e.new_text[:1_000]))


def _suppressed(e: Evidence) -> bool:
    values = e.headers.plain("x-auto-response-suppress").lower()
    return any(word in values for word in ("all", "autoreply", "oof"))


def _robot_sender(e: Evidence) -> bool:
    return bool(phrases.ROBOT_LOCAL.fullmatch(e.local_part))


RULES: tuple[Rule, ...] = (
    Rule("own-sender", Kind.LOOP, True, _own_sender),
    Rule("own-loop-mark", Kind.LOOP, True, _own_loop_mark),
    Rule("delivery-report", Kind.BOUNCE, True, _delivery_report),
    Rule("read-receipt", Kind.AUTO_REPLY, True, _read_receipt),
    Rule("abuse-report", Kind.BOUNCE, True, _abuse_report),
    Rule("own-message-id", Kind.LOOP, False, _own_message_id),
    Rule("delivery-status-part", Kind.BOUNCE, False, _status_part),
    Rule("failed-recipients-header", Kind.BOUNCE, False, lambda e: e.headers.has("x-failed-recipients")),
    Rule("daemon-reports-failure", Kind.BOUNCE, True, lambda e: _daemon(e) and e.bounce_subject and e.technical),
    Rule("auto-replied-header", Kind.AUTO_REPLY, True, _auto_submitted),
    Rule("daemon-sender", Kind.BOUNCE, False, lambda e: _daemon(e) and not e.absence_subject),
    Rule(
        "postmaster-reports-failure",
        Kind.BOUNCE,
        False,
        lambda e: _postmaster(e) and (e.technical or e.bounce_subject),
    ),
    Rule(
        "null-return-path-failure",
        Kind.BOUNCE,
        False,
        lambda e: e.null_return_path and (e.technical or e.bounce_subject),
    ),
    Rule("bounce-subject-and-body", Kind.BOUNCE, False, lambda e: e.bounce_subject and e.technical),
    Rule("precedence-auto-reply", Kind.AUTO_REPLY, False, _precedence),
    Rule("auto-reply-header", Kind.AUTO_REPLY, False, _vendor_header),
    Rule("auto-reply-header-value", Kind.AUTO_REPLY, False, _vendor_value),
    Rule("auto-generated-header", Kind.AUTO_REPLY, False, _auto_generated),
    Rule("absence-subject", Kind.AUTO_REPLY, False, _absence),
    Rule("receipt-subject-and-body", Kind.AUTO_REPLY, False, _plain_receipt),
    Rule(
        "absence-body-of-machine",
        Kind.AUTO_REPLY,
        False,
        lambda e: e.absence_body and (e.bulk or e.null_return_path or _suppressed(e)),
    ),
    Rule("null-return-path", Kind.BOUNCE, False, lambda e: e.null_return_path),
)

SUSPICIONS: tuple[tuple[str, Callable[[Evidence], bool]], ...] = (
    ("bounce-subject", lambda e: e.bounce_subject),
    ("bounce-body", lambda e: e.technical),
    ("absence-subject", lambda e: e.absence_subject),
    ("absence-body", lambda e: e.absence_body),
    ("own-domain-message-id", _own_domain_id),
    ("bulk-or-list", lambda e: e.bulk),
    ("answers-unwanted", _suppressed),
    ("auto-forwarded", lambda e: e.token("auto-submitted") == "auto-forwarded"),
    ("loop-mark", lambda e: e.headers.has("x-loop")),
    ("robot-sender", _robot_sender),
    (
        "marked-as-spam",
        lambda e: (
            e.token("x-spam-flag") == "yes"
            or e.token("x-ses-spam-verdict") == "fail"
            or e.token("x-ses-virus-verdict") == "fail"
        ),
    ),
    ("no-sender", lambda e: not e.sender.address),
)

REPLIES: tuple[tuple[str, Callable[[Evidence], bool]], ...] = (
    ("in-reply-to", lambda e: bool(e.headers.raw("in-reply-to").strip())),
    ("references", lambda e: bool(e.headers.raw("references").strip()) and not phrases.FORWARD_PREFIX.match(e.subject)),
    ("reply-subject", lambda e: bool(phrases.REPLY_PREFIX.match(e.subject))),
    (
        "quoted-history",
        lambda e: (
            len(e.new_text) + 40 < len(e.text)
            and not phrases.FORWARD_PREFIX.match(e.subject)
            and bool(phrases.HISTORY_MARK.search(e.text))
        ),
    ),
)
