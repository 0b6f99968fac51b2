"""Sessions of the staff's pages: opened by signing in at the issuer, carried by a cookie, kept in the table.

A session names a person and how long the issuer's word is good, nothing else: posts come from the directory at every
request, so that whoever loses a post sees nothing more within a minute. When the issuer's word ends (an hour with
Cognito) it is asked again with the refresh token, unseen; whoever was barred there loses the session. What lies in
the table is of no use without the browser: the item's key is a digest of the cookie, and the refresh token is
encrypted with it.
"""

import base64
import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from complaints.adapters.issuer import IdentityError, IssuerAbsentError, IssuerRefusedError
from complaints.adapters.rows import SCHEMA
from complaints.adapters.table import Item
from complaints.desk import log
from complaints.desk.context import Desk
from complaints.desk.staff import named_by
from complaints.structs import replace

LASTS = timedelta(hours=10)
"""A day's work; then everybody signs in anew."""

GRACE = timedelta(hours=1)
"""How long a session goes on while the issuer cannot be asked."""

_ASKING = 20
"""Seconds that one request has for asking the issuer; others of the session do not ask meanwhile."""

_FORM = "form"
_SK = "SESSION"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A session as the table keeps it; instants are epoch seconds."""

    person: str
    subject: str
    until: int
    ends: int
    refresh: str = ""


def open_session(
    desk: Desk, claims: dict[str, Any], person: str, now: datetime, refresh: str = ""
) -> tuple[str, datetime]:
    """A session for a person whom checked claims name, and when it ends at the latest."""
    session = secrets.token_urlsafe(32)
    ends = now + LASTS
    kept = Kept(
        person=person,
        subject=str(claims.get("sub", "")),
        until=_until(claims, ends),
        ends=int(ends.timestamp()),
        refresh=_lock(session, refresh) if refresh else "",
    )
    desk.store.put(_item(session, kept))
    return session, ends


def person_of(desk: Desk, session: str, now: datetime) -> str | None:
    """Whose session it is; None when it is none of ours, has ended, or the issuer knows its person no more."""
    kept = _kept(desk, session)
    if kept is None or kept.ends <= now.timestamp():
        return None
    if now.timestamp() < kept.until:
        return kept.person
    return _asked_again(desk, session, kept, now)


def end_session(desk: Desk, session: str) -> None:
    """The end of a session, here and as far as possible at the issuer."""
    kept = _kept(desk, session)
    if kept is None:
        return
    desk.store.delete(_pk(session), _SK)
    if kept.refresh:
        try:
            desk.issuer.revoke(_unlock(session, kept.refresh))
        except IssuerAbsentError as absent:
            log.warning("refresh token not revoked", error=str(absent))


def form_mark(desk: Desk, session: str) -> str:
    """What a form of this session carries, so that no other site can send it."""
    return desk.keys.sign(_FORM, session)


def form_is_ours(desk: Desk, session: str, mark: str) -> bool:
    """Whether a form that came back was made in this session."""
    return desk.keys.verify(_FORM, session, mark)


def _asked_again(desk: Desk, session: str, kept: Kept, now: datetime) -> str | None:
    """The person, after the issuer was asked again; one request asks, the others go on as they were."""
    standing = kept.person if now.timestamp() < kept.until + GRACE.total_seconds() else None
    if not kept.refresh:
        return None
    asking = [Item.lease_until.set(int(now.timestamp()) + _ASKING)]
    free = Item.pk.exists() & (Item.lease_until.does_not_exist() | (Item.lease_until <= int(now.timestamp())))
    if desk.store.update(_pk(session), _SK, asking, free) is None:
        return standing
    try:
        tokens = desk.issuer.refresh(_unlock(session, kept.refresh))
        claims = desk.issuer.identity(tokens.identity, now)
    except IssuerAbsentError as absent:
        log.warning("issuer not asked again", error=str(absent))
        return standing
    except (IssuerRefusedError, IdentityError) as refused:
        log.info("session ended by the issuer", error=str(refused))
        desk.store.delete(_pk(session), _SK)
        return None
    if str(claims["sub"]) != kept.subject:
        desk.store.delete(_pk(session), _SK)
        return None
    after = replace(
        kept,
        person=named_by(claims),
        until=_until(claims, datetime.fromtimestamp(kept.ends, UTC)),
        refresh=_lock(session, tokens.refresh) if tokens.refresh else kept.refresh,
    )
    desk.store.put(_item(session, after))
    return after.person


def _until(claims: dict[str, Any], ends: datetime) -> int:
    return min(int(claims["exp"]), int(ends.timestamp()))


def _pk(session: str) -> str:
    return f"L#{hashlib.sha256(session.encode()).hexdigest()}"


def _item(session: str, kept: Kept) -> Item:
    return Item(_pk(session), _SK, schema=SCHEMA, document=msgspec.json.encode(kept).decode(), ttl=kept.ends)


def _kept(desk: Desk, session: str) -> Kept | None:
    item = desk.store.get(_pk(session), _SK) if session else None
    return msgspec.json.decode(item.document or "", type=Kept) if item is not None else None


def _lock(session: str, token: str) -> str:
    return str(_box(session).encrypt(token.encode()), "ascii")


def _unlock(session: str, locked: str) -> str:
    return str(_box(session).decrypt(locked.encode()), "ascii")


def _box(session: str) -> Any:
    """A box that only this session opens; the key is another digest than the item's."""
    from cryptography.fernet import Fernet  # here, because few requests open it

    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"refresh:{session}".encode()).digest()))
