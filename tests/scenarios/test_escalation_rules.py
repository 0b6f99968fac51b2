"""Rules that other help desks hold in their own tests, held here as far as they apply, in a rule book of a few lines.

Four limits: the customer has waited (`waiting`), the customer is kept posted (`posted`), the matter is solved
(`solution`), the first word is said (`first`). What we hold more strictly: who is late stays late, also when the matter
is solved before anybody looks.
"""

from functools import cache
from typing import Any

import pytest
from tests.support.policies import library_units

from complaints.desk.rehearsal import Played, Rehearsal
from complaints.policy.compile import compile_policy
from complaints.policy.model import Example, Step
from complaints.policy.rulebook import Rulebook

RULES = """\
policy: loan
name: {en: loan desk}
version: "1"
zone: Asia/Shanghai
languages: [en]
levels: [head, branch]
calendars:
  always:
    tz: Asia/Shanghai
    week: {mon: [["00:00", "24:00"]], tue: [["00:00", "24:00"]], wed: [["00:00", "24:00"]], thu: [["00:00", "24:00"]]}
roles:
  clerk: {name: {en: clerk}, levels: [branch]}
  chief: {name: {en: chief}}
channels: {web: {name: {en: web}}, desk: {name: {en: desk}}}
order_types: {}
fields: {light: {name: {en: light}, type: boolean}}
pause_reasons: {book: {name: {en: the book is away}}}
kinds:
  complaint:
    name: {en: complaint}
    start: new
    states: {new: {name: {en: new}}, done: {name: {en: done}, phase: closed}}
actions:
  - {do: [register, classify, answer, contact, pause, resume, close], by: [clerk, chief], at: any, states: [new]}
  - {do: [close], by: [clerk], to: done}
  - {do: [reopen], by: [clerk], states: [done], to: new}
  - {do: [message], by: [customer], states: ["*"]}
deadlines:
  first:
    name: {en: first word}
    limits: [{limit: {working_hours: 2, calendar: always}}]
    starts: [{event: registered, when: {channel: web}}]
    stops: [{event: answered}]
    ladder: late
  waiting:
    name: {en: the customer waits}
    limits: [{limit: {working_hours: 2, calendar: always}}]
    starts: [{event: messaged}]
    stops: [{event: answered}]
    ladder: late
  posted:
    name: {en: the customer is kept posted}
    limits: [{limit: {working_hours: 4, calendar: always}}]
    starts: [{event: answered}]
    stops: [{event: answered}]
    cancels: [{event: paused}, {event: closed}]
    restarts: true
    ladder: late
  solution:
    name: {en: solved}
    limits:
      - {limit: {working_hours: 10, calendar: always}, when: {light: true}}
      - {limit: {working_hours: 8, calendar: always}}
    starts: [{event: registered}]
    stops: [{event: closed}]
    pauses: true
    ladder: late
ladders:
  late:
    - {name: {en: clerk}, after: {hours: 0}, to: [{role: clerk, of: case}], template: late}
templates: {late: {urgent: true, text: {en: "{reference} is late"}}}
intake:
  {unit: main, kind: complaint, channel_mail: web, channel_web: web, acknowledgement: late, consent: {en: I agree}}
retention: {months: 12}
"""
Told = tuple[str, str, str, dict[str, Any]]
"""A step: time of day, who, what, with which words."""

WORDS = {"text": "The book is found and on its shelf."}


@cache
def rules() -> Rulebook:
    return Rulebook(compile_policy(RULES).policy)


def play(*told: Told, until: str = "") -> Played:
    """Steps of Monday, 16 November: time of day, who, what, with which words."""
    steps = tuple(Step(at=f"2026-11-16 {at}", by=who, do=what, data=data) for at, who, what, data in told)
    played = Rehearsal(rules(), library_units()).play(
        Example(name={"en": "rule"}, steps=steps, until=f"2026-11-16 {until or told[-1][0]}")
    )
    assert played.refusals == {}
    return played


def due(played: Played, name: str) -> str:
    """The time of day at which a running deadline is due; empty where it does not run."""
    assert played.case is not None
    running = played.case.deadline(name)
    return running.due_at.astimezone(rules().zone).strftime("%H:%M") if running is not None else ""


BY_CUSTOMER = ("09:00", "customer", "register", {"kind": "complaint", "channel": "web", "text": "It is not there."})
BY_STAFF = ("09:00", "clerk@east", "register", {"kind": "complaint", "channel": "desk", "text": "It is not there."})


def answers(at: str) -> tuple[str, str, str, dict[str, Any]]:
    return at, "chief@main", "answer", WORDS


def writes(at: str) -> tuple[str, str, str, dict[str, Any]]:
    return at, "customer", "message", {"text": "Any news?"}


def test_only_a_customer_who_waits_for_a_first_word_starts_its_limit() -> None:
    assert due(play(BY_CUSTOMER), "first") == "11:00"
    assert due(play(BY_STAFF), "first") == ""


def test_an_answer_ends_the_waiting_and_the_next_message_starts_it_anew() -> None:
    answered = play(BY_CUSTOMER, answers("09:30"))
    assert (due(answered, "first"), due(answered, "waiting")) == ("", "")
    assert due(play(BY_CUSTOMER, answers("09:30"), answers("09:40")), "waiting") == ""
    assert due(play(BY_CUSTOMER, answers("09:30"), writes("10:00")), "waiting") == "12:00"


def test_who_writes_once_more_before_the_answer_waits_no_longer_for_it() -> None:
    assert due(play(BY_CUSTOMER, writes("09:10"), writes("10:00")), "waiting") == "11:10"


def test_every_answer_promises_the_next_one_and_the_customer_does_not_put_it_off() -> None:
    assert due(play(BY_CUSTOMER, answers("09:30")), "posted") == "13:30"
    assert due(play(BY_CUSTOMER, answers("09:30"), answers("10:00")), "posted") == "14:00"
    written = play(BY_CUSTOMER, answers("09:30"), writes("10:00"))
    assert (due(written, "posted"), due(written, "waiting")) == ("13:30", "12:00")  # the earlier one leads


def test_words_of_either_side_leave_the_solution_where_it_was() -> None:
    assert due(play(BY_CUSTOMER, answers("09:30"), writes("10:00"), answers("11:00")), "solution") == "17:00"


def test_another_level_moves_the_limit_by_exactly_the_difference() -> None:
    lighter = ("10:00", "clerk@east", "classify", {"fields": {"light": True}})
    assert due(play(BY_STAFF, lighter), "solution") == "19:00"


def test_while_it_rests_nothing_escalates_and_the_rest_does_not_count() -> None:
    rests = ("10:00", "clerk@east", "pause", {"reason": "book"})
    assert play(BY_STAFF, rests, until="23:00").texts == []
    again: Told = ("10:10", "clerk@east", "resume", {})
    assert due(play(BY_STAFF, rests, again), "solution") == "17:10"


def test_not_answering_is_not_excused_by_a_rest_and_keeping_posted_is() -> None:
    rests = ("10:00", "clerk@east", "pause", {"reason": "book"})
    resting = play(BY_CUSTOMER, rests, until="11:30")
    assert (resting.met["first"], len(resting.texts)) == (False, 1)
    assert due(play(BY_CUSTOMER, answers("09:30"), rests), "posted") == ""
    back: Told = ("12:00", "clerk@east", "resume", {})
    assert due(play(BY_CUSTOMER, answers("09:30"), rests, back, answers("12:30")), "posted") == "16:30"


@pytest.mark.parametrize("until", ["18:00", "23:59"])
def test_each_missed_limit_is_told_once_however_often_somebody_looks(until: str) -> None:
    played = play(BY_CUSTOMER, writes("09:10"), until=until)
    assert played.met == {"first": False, "waiting": False, "solution": False}
    assert [text[1:] for text in played.texts] == [("clerk@main", "late")] * 3


def test_who_is_late_stays_late_though_it_is_solved_before_anybody_looks() -> None:
    closes = ("18:00", "clerk@east", "close", {"remark": "Found and lent again."})
    late = play(BY_STAFF, closes)
    assert (late.met["solution"], due(late, "solution")) == (False, "")


def test_what_was_in_time_makes_no_event_and_no_text_and_what_is_closed_runs_no_longer() -> None:
    closes = ("10:00", "clerk@east", "close", {"remark": "Found and lent again."})
    played = play(BY_CUSTOMER, answers("09:30"), closes, until="23:59")
    assert (played.met["first"], played.met["solution"], played.texts) == (True, True, [])
    assert played.case is not None
    assert played.case.deadlines == ()
