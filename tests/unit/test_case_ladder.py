"""When a breach is declared, and from what the next rung counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from complaints.case.advance import advance, next_at, retime
from complaints.case.decide import decide
from complaints.case.evolve import evolve
from complaints.case.state import Case
from complaints.case.values import CUSTOMER_ACTOR, Command
from complaints.policy.compile import compile_policy
from complaints.policy.rulebook import Rulebook
from complaints.structs import replace

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
POLICY = """
policy: small
name: {en: Small}
version: "1"
zone: Asia/Shanghai
languages: [en]
levels: [top]
roles: {boss: {name: {en: boss}}}
calendars: {office: {tz: Asia/Shanghai, week: {mon: [["09:00", "17:00"]], tue: [["09:00", "17:00"]],
  wed: [["09:00", "17:00"]], thu: [["09:00", "17:00"]], fri: [["09:00", "17:00"]]}, holidays: []}}
channels: {web: {name: {en: web}}}
kinds: {matter: {name: {en: matter}, start: new,
  states: {new: {name: {en: new}}, done: {name: {en: done}, phase: closed}}}}
order_types: {}
actions: [{do: [close], by: [customer], to: done}, {do: [pause, resume], by: [customer]}]
deadlines:
  answer:
    name: {en: answer}
    limits: [{limit: {working_hours: 8, calendar: office}}]
    starts: [{event: registered}]
    stops: [{event: closed}]
    pauses: true
    ladder: up
ladders:
  up:
    - {name: {en: one}, after: {hours: 0}, to: [{role: boss, of: case}], template: late}
    - {name: {en: two}, after: {hours: 2}, to: [{role: boss, of: case}], template: late}
templates: {late: {text: {en: late}}}
pause_reasons: {papers: {name: {en: papers}}}
intake: {unit: top, kind: matter, channel_mail: web, channel_web: web, consent: {en: yes}, acknowledgement: late}
retention: {months: 1}
"""


class OnePlace:
    """An organisation of one unit."""

    def known(self, unit: str) -> bool:
        return unit == "top"

    def path(self, unit: str) -> tuple[str, ...]:
        return ("top",) if unit == "top" else ()

    def ancestor(self, unit: str, level: str) -> str | None:
        return unit if level == "top" else None

    def level(self, unit: str) -> str:
        return "top"

    def tags(self, unit: str) -> tuple[str, ...]:
        return ()


PLACES = OnePlace()


def rulebook(**office: Any) -> Rulebook:
    policy = compile_policy(POLICY.replace("{en: yes}", '{en: "yes"}')).policy
    corrected = {"office": {"tz": "Asia/Shanghai", "week": WEEK, "holidays": [], **office}} if office else None
    return Rulebook(policy, corrected)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def opened(book: Rulebook, at: datetime) -> Case:
    data = {"kind": "matter", "channel": "web", "reference": "R"}
    command = Command(name="register", by=CUSTOMER_ACTOR, at=at, data=data, personal={"text": "nobody answers me"})
    return carried(None, decide(None, command, book, at, PLACES), at)


def carried(case: Case | None, events: Any, now: datetime) -> Case:
    for event in events:
        case = evolve(case, event, now)
    assert case is not None
    return case


def due(case: Case) -> datetime:
    running = case.deadline("answer")
    assert running is not None
    return running.due_at


def test_a_missed_deadline_and_its_first_rung_come_at_the_same_instant() -> None:
    book = rulebook()
    case = opened(book, local("2026-11-23 09:00"))
    due = local("2026-11-23 17:00")
    assert advance(case, book, due - timedelta(seconds=1), PLACES) == []
    events = advance(case, book, due, PLACES)
    assert [(event.type, event.at) for event in events] == [("missed", due), ("rung_reached", due)]


def test_a_rung_recorded_in_time_counts_on_from_its_instant_and_a_late_one_from_its_recording() -> None:
    book = rulebook()
    case = opened(book, local("2026-11-23 09:00"))
    due = local("2026-11-23 17:00")
    for recorded, following in (
        (due + timedelta(seconds=60), due),
        (due + timedelta(hours=1), due + timedelta(hours=1)),
    ):
        after = carried(case, advance(case, book, recorded, PLACES), recorded)
        assert next_at(after, book) == following + timedelta(hours=2)


def test_no_breach_is_declared_on_a_day_that_the_notice_may_still_move() -> None:
    book = rulebook(holiday_status={"2026": "official"}, provisional_dates=["2026-12-29", "2026-12-30", "2026-12-31"])
    case = opened(book, local("2026-12-28 10:00"))
    assert due(case) == local("2026-12-29 10:00")
    assert next_at(case, book) == local("2027-01-01 00:00")
    events = advance(case, book, local("2027-01-01 00:00"), PLACES)
    assert events[0].data["due_at"] == local("2026-12-29 10:00").isoformat()


def test_a_corrected_calendar_moves_open_deadlines_and_leaves_what_was_missed() -> None:
    case = opened(rulebook(), local("2026-11-23 12:00"))
    corrected = rulebook(holidays=["2026-11-24"])
    [event] = retime(case, corrected, local("2026-11-23 13:00"))
    moved = carried(case, [event], local("2026-11-23 13:00"))
    assert due(moved) == local("2026-11-25 12:00")
    assert retime(moved, corrected, local("2026-11-23 14:00")) == []
    missed = carried(case, advance(case, rulebook(), local("2026-11-24 12:00"), PLACES), local("2026-11-24 12:00"))
    assert retime(missed, corrected, local("2026-11-24 13:00")) == []


def test_what_was_moved_is_told_for_each_order() -> None:
    case = opened(rulebook(), local("2026-11-23 12:00"))
    [own] = case.deadlines
    case = replace(case, deadlines=(own, replace(own, order=1), replace(own, order=2)))
    [event] = retime(case, rulebook(holidays=["2026-11-24"]), local("2026-11-23 13:00"))
    assert event.data["was"] == {key: own.due_at.isoformat() for key in ("answer", "answer#1", "answer#2")}


@pytest.mark.parametrize("seconds", [0, -1])
def test_an_answer_at_the_exact_instant_is_in_time(seconds: int) -> None:
    """R16."""
    book = rulebook()
    case = opened(book, local("2026-11-23 09:00"))
    at = local("2026-11-23 17:00") + timedelta(seconds=seconds)
    [closed] = decide(case, Command(name="close", by=CUSTOMER_ACTOR, at=at), book, at, PLACES)
    assert closed.effects[0].met is True


def test_a_paused_deadline_rests_and_goes_on_with_what_was_left() -> None:
    book = rulebook()
    case = opened(book, local("2026-11-23 09:00"))
    pause = Command(name="pause", by=CUSTOMER_ACTOR, at=local("2026-11-23 11:00"), data={"reason": "papers"})
    case = carried(case, decide(case, pause, book, pause.at, PLACES), pause.at)
    assert advance(case, book, local("2026-11-24 20:00"), PLACES) == []
    resume = Command(name="resume", by=CUSTOMER_ACTOR, at=local("2026-11-25 09:00"))
    case = carried(case, decide(case, resume, book, resume.at, PLACES), resume.at)
    assert next_at(case, book) == local("2026-11-25 15:00")
