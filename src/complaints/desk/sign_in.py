"""Signing in at the issuer: authorization code with PKCE, state and nonce; the directory says who came back.

What must be remembered between going and coming back travels in a signed ticket, a cookie of ten minutes, one for
each sign-in under way: two tabs do not disturb each other, and nothing is stored for whoever never comes back.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

import msgspec

from complaints.desk import session as sessions
from complaints.desk.context import Desk
from complaints.desk.staff import NobodyError, member_named, named_by
from complaints.desk.units import keeper_roles

TICKET_LASTS = timedelta(minutes=10)
"""How long somebody may take at the issuer's page."""

_PURPOSE = "sign-in"
_TAG = 8


class TicketError(Exception):
    """A sign-in that came back is none that this browser began in the last minutes, or it came back before."""


class StrangerError(Exception):
    """Signed in at the issuer, but nobody in the organisation. `account` is who the issuer says it is (an e-mail
    address where it gives one), `ask` the names of those who keep the organisation."""

    def __init__(self, account: str, ask: tuple[str, ...]) -> None:
        super().__init__("signed in, but holds no post")
        self.account = account
        self.ask = ask


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a sign-in under way; `back` is the page that was wanted, `at` epoch seconds."""

    state: str
    nonce: str
    verifier: str
    back: str
    at: int


class Begun(msgspec.Struct, frozen=True):
    """Where to send the browser, and the ticket it keeps meanwhile, under a name of its own."""

    address: str
    tag: str
    ticket: str


class Entered(msgspec.Struct, frozen=True):
    """A session that was opened, when it ends at the latest, and the page that was wanted."""

    session: str
    ends: datetime
    back: str


def begin(desk: Desk, back: str, callback: str, lang: str, now: datetime) -> Begun:
    """A sign-in begun; `back` is an address within the desk. Raises `IssuerAbsentError`."""
    ticket = Ticket(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        back=back,
        at=int(now.timestamp()),
    )
    digest = hashlib.sha256(ticket.verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    address = desk.issuer.sign_in(callback, state=ticket.state, nonce=ticket.nonce, challenge=challenge, lang=lang)
    body = base64.urlsafe_b64encode(msgspec.json.encode(ticket)).decode().rstrip("=")
    return Begun(address, tag_of(ticket.state), f"{body}.{desk.keys.sign(_PURPOSE, body)}")


def tag_of(state: str) -> str:
    """What tells the tickets of one browser apart; letters, digits, dash and underscore only."""
    tag = state[:_TAG]
    return tag if tag.isascii() and tag.replace("-", "").replace("_", "").isalnum() else ""


def finish(desk: Desk, ticket: str, state: str, code: str, callback: str, now: datetime) -> Entered:
    """The session of somebody who came back with a code.

    Raises
    ------
    TicketError
        The state is not of this browser, too old, or was used.
    IssuerRefusedError
        The code is used up or too old.
    IssuerAbsentError
        The issuer cannot be asked now.
    IdentityError
        What the issuer gave is not for this desk, this sign-in or this time.
    StrangerError
        The directory knows nobody of that id with a post.
    """
    known = _read(desk, ticket, state, now)
    tokens = desk.issuer.exchange(code, known.verifier, callback)
    claims = desk.issuer.identity(tokens.identity, now, known.nonce)
    person = named_by(claims)
    try:
        member_named(desk, person, now)
    except NobodyError as nobody:
        raise StrangerError(_account(claims), keepers(desk, now)) from nobody
    session, ends = sessions.open_session(desk, claims, person, now, tokens.refresh)
    return Entered(session, ends, known.back)


def _read(desk: Desk, ticket: str, state: str, now: datetime) -> Ticket:
    body, _, signature = ticket.partition(".")
    if not body or not desk.keys.verify(_PURPOSE, body, signature):
        raise TicketError("no ticket of ours")
    known = msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=Ticket)
    if not hmac.compare_digest(known.state.encode(), state.encode()):
        raise TicketError("another state")
    if not 0 <= now.timestamp() - known.at < TICKET_LASTS.total_seconds():
        raise TicketError("too old")
    return known


def _account(claims: dict[str, Any]) -> str:
    return str(claims.get("email") or claims.get("sub") or "")


def keepers(desk: Desk, now: datetime) -> tuple[str, ...]:
    """The names of those at the top of the organisation who keep it; else of whom the top unit names as last resort."""
    policy = desk.policies.current(now).policy
    door = desk.directory.unit(policy.intake.unit, now)
    top = desk.directory.unit(door.path[0], now) if door is not None else None
    if top is None:
        return ()
    roles = keeper_roles(policy)
    held = [one.person for one in top.holders if one.role in roles and one.holds(now)] or [top.last_resort]
    people = desk.directory.people(held, now)
    return tuple(dict.fromkeys(people[one].name for one in held if one in people))
