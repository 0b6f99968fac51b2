"""Sessions of the staff's pages: made once from a token that the gateway has checked, carried by a cookie, signed.

A session names a person and an end, nothing else: posts come from the directory at every request, so that whoever loses
a post sees nothing more within a minute.
"""

import base64
import binascii
from datetime import UTC, datetime, timedelta

from complaints.desk.context import Desk

LASTS = timedelta(hours=10)
"""A day's work."""

_SESSION = "session"
_FORM = "form"


def open_session(desk: Desk, person: str, now: datetime, token_ends: datetime | None = None) -> tuple[str, datetime]:
    """A session for a person and when it ends: after a day's work, but not later than the token it was made from."""
    ends = min(now + LASTS, token_ends) if token_ends is not None else now + LASTS
    name = base64.urlsafe_b64encode(person.encode()).decode().rstrip("=")
    body = f"{name}.{int(ends.timestamp())}"
    return f"{body}.{desk.keys.sign(_SESSION, body)}", ends


def person_of(desk: Desk, session: str, now: datetime) -> str | None:
    """Whose session it is; None when it is none of ours or has ended."""
    name, _, rest = session.partition(".")
    ends, _, signature = rest.partition(".")
    if not ends.isdecimal() or len(ends) > 12 or not desk.keys.verify(_SESSION, f"{name}.{ends}", signature):
        return None
    if datetime.fromtimestamp(int(ends), UTC) <= now:
        return None
    try:
        return base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def form_mark(desk: Desk, session: str) -> str:
    """What a form of this session carries, so that no other site can send it."""
    return desk.keys.sign(_FORM, session)


def form_is_ours(desk: Desk, session: str, mark: str) -> bool:
    """Whether a form that came back was made in this session."""
    return desk.keys.verify(_FORM, session, mark)
