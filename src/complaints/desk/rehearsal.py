"""A policy's worked examples, run: the same decisions as in earnest, on moved instants, with nothing stored or sent."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from complaints.case.advance import advance, next_at
from complaints.case.decide import EndlessPolicyError, decide
from complaints.case.effects import MissingInstantError, key_of
from complaints.case.events import Event
from complaints.case.evolve import evolve
from complaints.case.fields import split
from complaints.case.lookup import lookup
from complaints.case.notices import notices_of
from complaints.case.state import Case
from complaints.case.values import CUSTOMER_ACTOR, SYSTEM_ACTOR, Actor, Command, Post, RefusedError
from complaints.case.wording import local
from complaints.directory.model import Unit
from complaints.directory.tree import Places
from complaints.policy.conditions import holds
from complaints.policy.findings import Finding, Path
from complaints.policy.model import Example, Step
from complaints.policy.rulebook import Rulebook
from complaints.worktime import WorktimeError

REFERENCE = "EXAMPLE"
MOST_INSTANTS = 10_000
"""Instants of one example at which time alone may act; more means that it never comes to rest."""


class Played(msgspec.Struct):
    """What an example came to: events with the instants at which they were recorded, texts, and when things were due.

    `texts` are (instant, recipient, template), the recipient `role@unit` or `customer`. `due` and `met` go by deadline,
    `name` or `name#order`; a deadline that started again shows its last run.
    """

    case: Case | None = None
    events: list[tuple[Event, datetime]] = []
    texts: list[tuple[datetime, str, str]] = []
    due: dict[str, datetime] = {}
    met: dict[str, bool] = {}
    refusals: dict[int, RefusedError] = {}


class Rehearsal:
    """One organisation under one policy, on which examples are played."""

    def __init__(self, rulebook: Rulebook, units: Mapping[str, Unit]) -> None:
        self.rulebook = rulebook
        self._units = tuple(units.values())
        self._keys: set[str] = set()

    def play(self, example: Example) -> Played:
        """Play an example to its end. At one instant people act before time does: the exact instant is in time (R16).

        Raises
        ------
        ValueError
            an instant or a person of the example cannot be read.
        EndlessPolicyError, MissingInstantError, WorktimeError
            the policy cannot be carried out; the text says why.
        """
        played = Played()
        self._keys = set()
        for number, step in enumerate(example.steps):
            at = instant(step.at, self.rulebook.zone)
            self._pass_time(played, at, last=False)
            if step.do:
                self._do(played, number, step, at)
        if example.until:
            self._pass_time(played, instant(example.until, self.rulebook.zone), last=True)
        return played

    def places(self, now: datetime) -> Places:
        """The organisation at an instant."""
        return Places(self._units, now)

    def _do(self, played: Played, number: int, step: Step, at: datetime) -> None:
        places = self.places(at)
        values = {**step.data, "reference": REFERENCE} if step.do == "register" else step.data
        try:
            data, personal = split(step.do, values, self.rulebook.policy)
            command = Command(
                name=step.do, by=actor(step.by, places), at=at, order=step.order, data=data, personal=personal
            )
            self._record(played, decide(played.case, command, self.rulebook, at, places), at)
        except RefusedError as refused:
            played.refusals[number] = refused

    def _pass_time(self, played: Played, until: datetime, *, last: bool) -> None:
        for _ in range(MOST_INSTANTS):
            due = next_at(played.case, self.rulebook) if played.case is not None else None
            if played.case is None or due is None or due > until or (due == until and not last):
                return
            # what is due already when its deadline starts is late, but not recorded before what made it due
            at = max(due, played.case.recorded_at)
            self._record(played, advance(played.case, self.rulebook, at, self.places(at)), at)
        raise EndlessPolicyError(f"time acts at more than {MOST_INSTANTS} instants before {until.isoformat()}")

    def _record(self, played: Played, events: list[Event], at: datetime) -> None:
        places = self.places(at)
        for event in events:
            played.case = evolve(played.case, event, at)
            played.events.append((event, at))
            for effect in event.effects:
                if effect.due_at is not None and effect.do != "cancel":
                    played.due[key_of(effect)] = effect.due_at
                if effect.met is not None:
                    played.met[key_of(effect)] = effect.met
            if event.type == "missed":
                name = str(event.data["deadline"])
                played.met[f"{name}#{event.order}" if event.order else name] = False
            for notice in notices_of(event, played.case.seq, played.case, self.rulebook, places):
                if notice.key not in self._keys:
                    self._keys.add(notice.key)
                    to = "customer" if notice.customer else f"{notice.role}@{notice.unit}"
                    played.texts.append((max(notice.send_at, at), to, notice.template))


def instant(text: str, zone: ZoneInfo) -> datetime:
    """A local wall time such as `2026-11-20 17:00` as an aware UTC instant.

    Raises
    ------
    ValueError
        it is none, or carries a zone of its own.
    """
    wall = datetime.fromisoformat(text)
    if wall.tzinfo is not None:
        raise ValueError(f"{text!r} names a zone; write local time such as 2026-11-20 17:00")
    return wall.replace(tzinfo=zone).astimezone(UTC)


def actor(by: str, places: Places) -> Actor:
    """Who acts: `role@unit`, `customer` or `system`. Two people of one role are the same person here.

    Raises
    ------
    ValueError
        it is written otherwise, or there is no such unit.
    """
    if by == "customer":
        return CUSTOMER_ACTOR
    if by == "system":
        return SYSTEM_ACTOR
    role, _, unit = by.partition("@")
    if not (role and unit and places.known(unit)):
        raise ValueError(f"{by!r} is nobody; write role@unit, customer or system")
    return Actor(by, posts=(Post(unit, role, places.path(unit)),))


# -- what an example says, held against what came ---------------------------------------------------------------


def rehearse(rulebook: Rulebook, units: Mapping[str, Unit]) -> list[Finding]:
    """Play every example of a policy and say where it came otherwise than written; nothing when all came as written."""
    rehearsal = Rehearsal(rulebook, units)
    found: list[Finding] = []
    for number, example in enumerate(rulebook.policy.examples):
        path: Path = ("examples", number)
        try:
            played = rehearsal.play(example)
            found += _differences(example, played, path, rehearsal)
        except (EndlessPolicyError, MissingInstantError, WorktimeError, ValueError) as error:
            found.append(Finding(code="example_failed", path=path, params={"detail": str(error)}))
    return found


def _differences(example: Example, played: Played, path: Path, rehearsal: Rehearsal) -> Iterator[Finding]:
    yield from _refusals(example, played, path)
    policy, zone = rehearsal.rulebook.policy, rehearsal.rulebook.zone
    for key, wanted in example.due.items():
        came = played.due.get(key)
        if came is None or came != instant(wanted, zone):
            shown = local(came, policy) if came is not None else "-"
            yield _otherwise("example_due", (*path, "due", key), name=key, wanted=wanted, came=shown)
    for key, met in example.met.items():
        if played.met.get(key) is not met:
            verdict = {True: "true", False: "false"}.get(played.met.get(key, None), "-")  # type: ignore[arg-type]
            wanted = "true" if met else "false"
            yield _otherwise("example_met", (*path, "met", key), name=key, wanted=wanted, came=verdict)
    roles = [(at, to, template) for at, to, template in played.texts if to != "customer"]
    if example.texts is not None:
        came_texts = [f"{local(at, policy)} {to} {template}" for at, to, template in roles]
        yield from _lines(example.texts, came_texts, (*path, "texts"))
    if example.customer is not None:
        mails = [f"{local(at, policy)} {template}" for at, to, template in played.texts if to == "customer"]
        yield from _lines(example.customer, mails, (*path, "customer"))
    case = played.case
    if case is None:
        if example.state or example.orders or example.then:
            yield Finding(code="example_no_case", path=path)
        return
    if example.state and case.state != example.state:
        yield _otherwise("example_state", (*path, "state"), wanted=example.state, came=case.state)
    for n, state in example.orders.items():
        order = case.order(int(n)) if n.isdecimal() else None
        if order is None or order.state != state:
            shown = order.state if order is not None else "-"
            yield _otherwise("example_order", (*path, "orders", n), name=n, wanted=state, came=shown)
    values = lookup(case, rehearsal.rulebook, places=rehearsal.places(case.recorded_at))
    for name, wanted_value in example.then.items():
        if not holds({name: wanted_value}, values):
            came_value = "-" if name in ("any", "all", "not") else str(values(name))
            yield _otherwise("example_then", (*path, "then", name), name=name, wanted=wanted_value, came=came_value)


def _refusals(example: Example, played: Played, path: Path) -> Iterator[Finding]:
    for number, step in enumerate(example.steps):
        place = (*path, "steps", number)
        refused = played.refusals.get(number)
        codes = [problem.code for problem in refused.problems] if refused is not None else []
        if step.refused and not codes:
            yield _otherwise("example_not_refused", (*place, "refused"), do=step.do, wanted=step.refused)
        elif step.refused and step.refused not in codes:
            yield _otherwise(
                "example_refused_otherwise", (*place, "refused"), wanted=step.refused, came=", ".join(codes)
            )
        elif codes and not step.refused:
            yield _otherwise("example_refused", place, do=step.do, by=step.by, came=str(refused))


def _lines(wanted: tuple[str, ...], came: list[str], path: Path) -> Iterator[Finding]:
    """Texts are compared as a set with counts: which of two at one instant is listed first means nothing."""
    left = list(came)
    for number, line in enumerate(wanted):
        if line in left:
            left.remove(line)
        else:
            yield _otherwise("example_text_missing", (*path, number), wanted=line)
    for line in left:
        yield _otherwise("example_text_extra", path, came=line)


def _otherwise(code: str, path: Path, **params: object) -> Finding:
    return Finding(code=code, path=path, params=params)
