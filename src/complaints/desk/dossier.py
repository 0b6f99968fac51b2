"""A case with its whole timeline, as it was read: what every page about one case is made from."""

from datetime import datetime

import msgspec

from complaints.case.chain import Recorded, parse
from complaints.case.state import Case
from complaints.desk.commit import Stored, stored_of
from complaints.desk.context import Desk
from complaints.desk.erase import unfinished
from complaints.policy.rulebook import Rulebook


class NoCaseError(LookupError):
    """There is no such case, or it is not for the eyes of who asks: the two are never told apart."""


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """A case, its events oldest first, and the rule book it runs under."""

    stored: Stored
    events: tuple[Recorded, ...]
    rulebook: Rulebook

    @property
    def case(self) -> Case:
        """The case as it stands."""
        return self.stored.case


def read(desk: Desk, reference: str, now: datetime) -> Dossier:
    """The dossier of a case, by one query.

    Raises
    ------
    NoCaseError
        There is none.
    """
    found = desk.store.whole(reference)
    if found is None:
        raise NoCaseError(f"no case {reference}")
    stored = stored_of(found[0])
    # what is being erased is read by nobody any more
    left = unfinished(stored.personal)
    first = left.before if left is not None else 0
    events = tuple(parse(one.body, one.personal if one.seq >= first else {}, one.hash) for one in found[1])
    return Dossier(stored=stored, events=events, rulebook=desk.policies.book(stored.case.policy, now))
