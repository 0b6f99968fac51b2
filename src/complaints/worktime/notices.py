"""A year's holiday notice: read from a small table typed by hand, and asked for in good time."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

import msgspec

from .errors import CalendarSpecError
from .spec import Status, read_date

COLUMNS = ("from", "to", "kind", "name")
KINDS: Mapping[str, Literal["holiday", "work"]] = {
    "holiday": "holiday",
    "work": "work",
    "放假": "holiday",
    "休": "holiday",
    "上班": "work",
    "班": "work",
}
EARLIEST = (12, 25)
"""How far into the December before a notice may reach."""

LONGEST_SPAN = 15
FEWEST_HOLIDAYS = 5
REMIND_FROM = (11, 1)
ALARM_FROM = (12, 10)


class Notice(msgspec.Struct, frozen=True):
    """What a government notice says about one year (and perhaps the last days of the year before)."""

    year: int
    holidays: Mapping[date, str]
    working: Mapping[date, str]


class NoticeCheck(msgspec.Struct, frozen=True):
    """Whether somebody must be told that a notice is missing, and for which year."""

    level: Literal["none", "remind", "alarm"]
    year: int


def read_notice(text: str, year: int) -> Notice:
    """Read a notice from CSV with the columns `from,to,kind,name`; `to` may be empty, kind is holiday or work.

    Raises `CalendarSpecError` naming the line: what looks like a slip (a date of another year, a make-up day that is no
    weekend day, a date given twice, a span of weeks) is refused, because a wrong calendar moves every deadline.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), skipinitialspace=True)
    if tuple(name.strip() for name in rows.fieldnames or ()) != COLUMNS:
        raise CalendarSpecError("line 1", f"columns are {rows.fieldnames}", f"write {','.join(COLUMNS)}")
    found: dict[Literal["holiday", "work"], dict[date, str]] = {"holiday": {}, "work": {}}
    for row in rows:
        place = f"line {rows.line_num}"
        first, last, kind, name = ((row[column] or "").strip() for column in COLUMNS)
        if kind not in KINDS:
            raise CalendarSpecError(place, f"unknown kind {kind!r}", f"use one of {', '.join(KINDS)}")
        begin = read_date(first, place)
        end = read_date(last or first, place)
        if not 0 <= end - begin < LONGEST_SPAN:
            raise CalendarSpecError(place, f"the span {first} to {last} is no holiday", "check from and to")
        for day in (date.fromordinal(begin) + timedelta(n) for n in range(end - begin + 1)):
            _check_day(day, KINDS[kind], year, place)
            if day in found["holiday"] or day in found["work"]:
                raise CalendarSpecError(place, f"{day} is given twice", "give each date once")
            found[KINDS[kind]][day] = name
    if sum(day.year == year for day in found["holiday"]) < FEWEST_HOLIDAYS:
        problem = f"only {len(found['holiday'])} holidays for {year}"
        raise CalendarSpecError("notice", problem, "a notice names them all: is this the whole of it?")
    return Notice(year, found["holiday"], found["work"])


def notice_check(years: Mapping[int, Status] | None, today: date) -> NoticeCheck:
    """Must somebody be reminded, or alarmed, that a year's notice is missing?

    `years` is `Calendar.years`, None for a calendar without holidays; `today` a date in its zone. From 1 November the
    missing next year is a reminder every day, from 10 December an alarm; a current year without notice alarms always.
    """
    if years is None:
        return NoticeCheck("none", today.year)
    if years.get(today.year) != "official":
        return NoticeCheck("alarm", today.year)
    following = today.year + 1
    if years.get(following) == "official" or (today.month, today.day) < REMIND_FROM:
        return NoticeCheck("none", following)
    return NoticeCheck("alarm" if (today.month, today.day) >= ALARM_FROM else "remind", following)


def _check_day(day: date, kind: str, year: int, place: str) -> None:
    late_december = day.year == year - 1 and (day.month, day.day) >= EARLIEST
    if day.year != year and not late_december:
        raise CalendarSpecError(place, f"{day} is not in {year}", "load each year's notice by itself")
    if kind == "work" and day.weekday() < 5:
        raise CalendarSpecError(place, f"{day} is an ordinary weekday", "list make-up days at weekends only")
