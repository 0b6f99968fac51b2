"""The values of an organisation: units, the people who hold posts in them, and the duty roster.

Levels, roles, tags, marks and lines are names that the organisation chooses; nothing here knows any of them. Instants
are aware UTC datetimes in whole seconds, and every period is half-open: `since` is in it, `until` is not.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

MAX_DEPTH = 5
"""Units on the longest path from the root, both ends counted: the table has one list index for each."""


class Holder(msgspec.Struct, frozen=True):
    """`person` holds `role` at a unit in [since, until), None open-ended; a deputy only where nobody else holds it."""

    role: str
    person: str
    since: datetime | None = None
    until: datetime | None = None
    deputy: bool = False

    def holds(self, now: datetime) -> bool:
        """Whether the post is held at the instant `now`."""
        return (self.since is None or self.since <= now) and (self.until is None or now < self.until)


class Shift(msgspec.Struct, frozen=True):
    """`person` is on duty for `role` at a unit in [since, until): one entry of the duty roster (D7)."""

    role: str
    person: str
    since: datetime
    until: datetime

    def holds(self, now: datetime) -> bool:
        """Whether the shift runs at the instant `now`."""
        return self.since <= now < self.until


class Unit(msgspec.Struct, frozen=True):
    """One node of the organisation.

    `path` is the ids of its ancestors and itself, root first; `names` the name by language tag (``zh-CN``,
    ``en``); `line` the line of business, empty where the unit takes its parent's; `marks` dated marks, name -> the
    instant until which it stands (a lost right to appeal, POST-9); `last_resort` the person told when a role has nobody
    from here to the root (the root has one). Holders and shifts are told in the order in which they stand here.
    """

    id: str
    parent: str | None
    level: str
    path: tuple[str, ...]
    names: Mapping[str, str] = {}
    line: str = ""
    tags: tuple[str, ...] = ()
    marks: Mapping[str, datetime] = {}
    holders: tuple[Holder, ...] = ()
    roster: tuple[Shift, ...] = ()
    last_resort: str = ""

    @property
    def address(self) -> str:
        """The path as people and links write it: ``hq/north/n-01``."""
        return "/".join(self.path)

    def name(self, lang: str) -> str:
        """The name in the language nearest to the BCP 47 tag `lang`; else the first name there is, else the id."""
        wanted = lang.partition("-")[0].lower()
        near = (name for tag, name in self.names.items() if tag.partition("-")[0].lower() == wanted)
        return self.names.get(lang) or (*near, *self.names.values(), self.id)[0]

    def staff(self, role: str | None = None) -> Iterator[str]:
        """The ids of whoever has a post or a shift here, or one of this role, and its last resort (empty: none)."""
        yield from (holder.person for holder in self.holders if role in (None, holder.role))
        yield from (shift.person for shift in self.roster if role in (None, shift.role))
        yield self.last_resort

    def marked(self, mark: str, now: datetime) -> bool:
        """Whether the dated mark stands at the instant `now`."""
        until = self.marks.get(mark)
        return until is not None and now < until


class Person(msgspec.Struct, frozen=True):
    """Somebody of the organisation. `phone` is E.164 (``+86...``), `language` a BCP 47 tag.

    `units` are the ids of the units in which the person ever holds a post or a shift, so that the posts of somebody who
    signs in are found by reading those units and no others.
    """

    id: str
    name: str
    phone: str = ""
    email: str = ""
    language: str = "zh-CN"
    units: tuple[str, ...] = ()

    @property
    def reachable(self) -> bool:
        """Whether there is any address to tell this person something."""
        return bool(self.phone or self.email)
