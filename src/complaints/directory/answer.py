"""Who answers for a role at an instant, and who is next when the text does not arrive: somebody always is (POST-6, D7).

At each unit the duty roster comes first, then the holders, then their deputies. Nobody there: the same role of the unit
above, up to the root. Nobody at all: the last resort, whom the caller must alarm about.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from complaints.directory.model import Person, Unit

How = Literal["roster", "holder", "deputy", "above", "last_resort"]


class Found(msgspec.Struct, frozen=True):
    """The person who answers, the unit and role for which, and how that came about.

    `how` is `roster`, `holder` or `deputy` at the unit asked for, `above` when a unit above had to stand in, and
    `last_resort` when the role has nobody up to the root.
    """

    person: Person
    unit: str
    role: str
    how: How

    @property
    def alarming(self) -> bool:
        """Whether nobody at all has the role, so that somebody must see to the organisation itself."""
        return self.how == "last_resort"


def answerers(chain: Sequence[Unit], people: Mapping[str, Person], role: str, now: datetime) -> Iterator[Found]:
    """Everybody who may be told for `role`, in the order in which they are tried, each person once.

    `chain` is the unit first and the root last; `people` those named in it. Who is not in `people` or has neither phone
    nor e-mail is passed over.
    """
    seen: set[str] = set()
    for person, unit, how in _named(chain, role, now):
        if person not in seen and person in people and people[person].reachable:
            seen.add(person)
            yield Found(people[person], unit, role, how)


def _named(chain: Sequence[Unit], role: str, now: datetime) -> Iterator[tuple[str, str, How]]:
    for unit in chain:
        here = unit is chain[0]
        held = [holder for holder in unit.holders if holder.role == role and holder.holds(now)]
        on_duty = [shift.person for shift in unit.roster if shift.role == role and shift.holds(now)]
        full = [holder.person for holder in held if not holder.deputy]
        deputies = [holder.person for holder in held if holder.deputy]
        yield from ((person, unit.id, "roster" if here else "above") for person in on_duty)
        yield from ((person, unit.id, "holder" if here else "above") for person in full)
        yield from ((person, unit.id, "deputy" if here else "above") for person in deputies)
    yield from ((unit.last_resort, unit.id, "last_resort") for unit in chain if unit.last_resort)


def answerer(chain: Sequence[Unit], people: Mapping[str, Person], role: str, now: datetime) -> Found | None:
    """Who answers for `role` at the first unit of `chain` at the instant `now`.

    None only when the chain names nobody reachable, not even a last resort; a loaded directory never does.
    """
    return next(answerers(chain, people, role, now), None)


def next_answerer(
    chain: Sequence[Unit], people: Mapping[str, Person], role: str, now: datetime, tried: Collection[str]
) -> Found | None:
    """Who is told next when texts to the persons `tried` could not be delivered; None when everybody was tried."""
    return next((found for found in answerers(chain, people, role, now) if found.person.id not in tried), None)
