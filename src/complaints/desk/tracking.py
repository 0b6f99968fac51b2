"""What lets a customer back in: a token made from the reference under a named key, stored nowhere.

Whoever registers under somebody else's telephone number joins that person's case but gets a token of another kind,
which shows how the case stands and takes messages, and shows nothing that was said: knowing a number proves nothing.
"""

from urllib.parse import quote

import msgspec

from complaints.desk.context import Desk

PURPOSE = "tracking"
JOINED = "joined"


class Access(msgspec.Struct, frozen=True):
    """What a token opens: everything the customer may see, or (`joined`) only how the case stands."""

    reference: str
    joined: bool = False


def token_of(desk: Desk, reference: str, *, joined: bool = False) -> str:
    """The token for a case."""
    return f"j.{desk.keys.sign(JOINED, reference)}" if joined else desk.keys.sign(PURPOSE, reference)


def access(desk: Desk, reference: str, token: str) -> Access | None:
    """What the token opens of the case; None when it opens nothing."""
    if token.startswith("j."):
        return Access(reference, joined=True) if desk.keys.verify(JOINED, reference, token[2:]) else None
    return Access(reference) if desk.keys.verify(PURPOSE, reference, token) else None


def status_url(base_url: str, reference: str, token: str) -> str:
    """The address under which a complaint can be followed."""
    return f"{base_url.rstrip('/')}/complaints/{quote(reference, safe='')}?token={quote(token, safe='')}"
