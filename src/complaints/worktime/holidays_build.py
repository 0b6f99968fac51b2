"""Compile holiday data from the packages that know it. For builds and operators, never for a running function.

Needs the extra `calendars` (`chinesecalendar`, `holidays`; 60 to 140 ms to import). China's official days come from
`chinesecalendar`, which agrees with the notices day by day; for years beyond it, and for every other country, the
statutory dates come from `holidays`, which knows no make-up days that a notice has not announced.

`python -m complaints.worktime.holidays_build CN 2015 2028` prints the file that is shipped as `data/cn.json`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from importlib.metadata import version
from types import MappingProxyType

from .holidays import HolidayData, HolidayYear, write_country

REACH = 10
"""Days from a statutory holiday within which a notice moved other days: never more in China's notices 2008-2026."""


def compile_country(country: str, first: int, last: int, official_through: int | None = None) -> HolidayData:
    """Holiday data for the years `first` to `last`.

    China: a year is official if `chinesecalendar` has its notice. Other countries publish no such notices:
    years up to `official_through` are official, later ones provisional; without it all are.
    """
    code = country.upper()
    years = _official_china(first, last) if code == "CN" else {}
    through = last if official_through is None else official_through
    for year in range(first, last + 1):
        if year not in years:
            status = "official" if code != "CN" and year <= through else "provisional"
            years[year] = _statutory(code, year, provisional=status == "provisional")
    packages = ["chinesecalendar", "holidays"] if code == "CN" else ["holidays"]
    source = ", ".join(f"{name} {version(name)}" for name in packages)
    return HolidayData(code, source, MappingProxyType(dict(sorted(years.items()))))


def _official_china(first: int, last: int) -> dict[int, HolidayYear]:
    from chinese_calendar import constants  # type: ignore[import-untyped]

    years = {}
    for year in range(first, last + 1):
        rest = {d: name for d, name in constants.holidays.items() if d.year == year}
        if rest:
            work = {d: name for d, name in constants.workdays.items() if d.year == year}
            years[year] = HolidayYear("official", rest, work)
    return years


def _statutory(country: str, year: int, *, provisional: bool) -> HolidayYear:
    from holidays import country_holidays

    table = country_holidays(country, years=year, language="en_US")
    rest = {day: table[day] for day in sorted(table) if day.year == year}
    work = {day: "make-up day" for day in getattr(table, "weekend_workdays", ()) if day.year == year}
    return HolidayYear(
        "provisional" if provisional else "official", rest, work, _around(rest, year) if provisional else ()
    )


def _around(holidays: Iterable[date], year: int) -> tuple[tuple[date, date], ...]:
    near = {day + timedelta(n) for day in holidays for n in range(-REACH, REACH + 1)}
    near |= {date(year + 1, 1, 1) - timedelta(n) for n in range(1, REACH + 1)}  # the New Year of the year after
    spans: list[tuple[date, date]] = []
    for day in sorted(d for d in near if d.year == year):
        if spans and spans[-1][1] == day - timedelta(1):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return tuple(spans)


def main(arguments: Sequence[str]) -> int:
    """`COUNTRY FIRST LAST [OFFICIAL_THROUGH]`: print the data file."""
    country, *numbers = arguments
    sys.stdout.write(write_country(compile_country(country, *map(int, numbers))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
