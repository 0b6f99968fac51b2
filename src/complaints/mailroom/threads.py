"""Which case a message belongs to: proven by a signed reply address, or by answering what we sent to that very sender.

A reference in a subject proves nothing: references are printed on letters and read out on the telephone. It only
becomes a hint for the person who looks at the new case.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from complaints.mailroom.model import Kind, Mail

TAG_BYTES = 10
_KEY_ID = re.compile(r"[a-z0-9]{1,8}")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,39}")
_TOKEN = re.compile(r"(?:[A-Za-z0-9._-]+\+)?r-([A-Za-z0-9-]{3,40}?)\.([a-z0-9]{1,8})\.([a-z2-7]{16})", re.IGNORECASE)
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_MAX_IDS = 50

SentLookup = Callable[[str], "tuple[str, str] | None"] | Mapping[str, tuple[str, str]]


class ReplyAddressError(ValueError):
    """A reply address cannot be made from these values; the message says which one and what it must look like."""


@dataclass(frozen=True, slots=True)
class ThreadDecision:
    """`reference` is the case to join, or "" for none; `rule` says why. `mentions` are references that a person
    should look at."""

    reference: str
    rule: str
    mentions: tuple[str, ...] = ()

    @property
    def joins(self) -> bool:
        """Whether the message belongs to a case that is already there."""
        return bool(self.reference)


def reply_address(reference: str, key_id: str, key: bytes, domain: str, *, mailbox: str = "") -> str:
    """The address whose possession proves that a message belongs to case `reference`.

    Only who got mail about the case knows it: an HMAC-SHA-256 of 80 bits under the named key, so that keys can be
    changed and old addresses stay good as long as their key is kept. It names no person. `mailbox` puts a plus
    address before it (`desk+r-...@`) for domains that have only one mailbox.

    Raises
    ------
    ReplyAddressError
        If a value does not fit into an address, or the local part would be longer than the 64 characters of RFC 5321.
    """
    if not _REFERENCE.fullmatch(reference):
        raise ReplyAddressError(f"case reference {reference!r}: use 3 to 40 letters, digits and hyphens")
    if not _KEY_ID.fullmatch(key_id):
        raise ReplyAddressError(f"key id {key_id!r}: use 1 to 8 lower-case letters and digits")
    if len(key) < 16:
        raise ReplyAddressError(f"key {key_id!r} has {len(key)} bytes: use at least 16")
    if not _DOMAIN.fullmatch(domain):
        raise ReplyAddressError(f"mail domain {domain!r} is no host name")
    local = f"r-{reference.lower()}.{key_id}.{_tag(reference, key_id, key)}"
    local = f"{mailbox}+{local}" if mailbox else local
    if len(local) > 64 or (mailbox and not re.fullmatch(r"[A-Za-z0-9._-]+", mailbox)):
        raise ReplyAddressError(
            f"mailbox {mailbox!r}: the local part {local!r} must be plain and at most 64 characters long"
        )
    return f"{local}@{domain}"


def verify(address: str, keys: Mapping[str, bytes]) -> str:
    """The case that a reply address was made for, in upper case; "" if it is none, or none of ours.

    Mail programs change the case of local parts, so case carries nothing here. The comparison takes constant time.
    """
    match = _TOKEN.fullmatch(address.rpartition("@")[0][:200])
    if match is None:
        return ""
    reference, key_id, tag = match.group(1).upper(), match.group(2).lower(), match.group(3).lower()
    key = keys.get(key_id)
    if key is None or not hmac.compare_digest(tag, _tag(reference, key_id, key)):
        return ""
    return reference


def _tag(reference: str, key_id: str, key: bytes) -> str:
    message = f"reply\n{key_id}\n{reference.lower()}".encode("ascii")
    digest = hmac.new(key, message, hashlib.sha256).digest()[:TAG_BYTES]
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    number = int.from_bytes(digest, "big")
    return "".join(alphabet[number >> shift & 31] for shift in range(75, -5, -5))


def thread_of(mail: Mail, keys: Mapping[str, bytes], sent_lookup: SentLookup, *, pattern: str = "") -> ThreadDecision:
    """Decide which case `mail` belongs to.

    Parameters
    ----------
    keys
        Every signing key whose addresses still count, by key id.
    sent_lookup
        Message id of something that we sent -> (case reference, address that we sent it to), or None. Both the id that
        `compose` made and the one that the carrier put in its place must be found.
    pattern
        A regular expression of the desk's references, for `mentions`; empty for none.

    Returns
    -------
    ThreadDecision
        Rules, strongest first: `reply-token` (a valid reply address among the recipients), `bounce-of-ours` (a delivery
        report about a message of ours), `answers-our-message` (In-Reply-To or References name a message that we sent to
        this sender), `sent-to-another` (they name one that we sent to somebody else: not joined), `no-link`.
    """
    for address in (*mail.recipients, *mail.delivered_to):
        if reference := verify(address.address, keys):
            return ThreadDecision(reference, "reply-token")
    mentions = (
        tuple(dict.fromkeys(m.group(0).upper() for m in re.finditer(pattern, mail.subject)))[:10] if pattern else ()
    )
    if mail.kind is Kind.BOUNCE and mail.delivery is not None:
        found = _look_up(sent_lookup, (mail.delivery.message_id, *mail.in_reply_to, *mail.references))
        if found:
            return ThreadDecision(found[0][0], "bounce-of-ours", mentions)
        return ThreadDecision("", "no-link", mentions)
    found = _look_up(sent_lookup, (*mail.in_reply_to, *reversed(mail.references)))
    for reference, recipient in found:
        if mail.sender.address and _same(recipient, mail.sender.address):
            return ThreadDecision(reference, "answers-our-message", mentions)
    if found:
        others = dict.fromkeys((*mentions, *(reference for reference, _ in found)))
        return ThreadDecision("", "sent-to-another", tuple(others))
    return ThreadDecision("", "no-link", mentions)


def _look_up(sent_lookup: SentLookup, ids: Collection[str]) -> list[tuple[str, str]]:
    get = sent_lookup if callable(sent_lookup) else sent_lookup.get
    hits = (get(message_id) for message_id in list(dict.fromkeys(ids))[:_MAX_IDS] if message_id)
    return [hit for hit in hits if hit is not None]


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
