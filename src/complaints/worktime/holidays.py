"""Holiday data of a country, as data: what a calendar spec needs that no week can say.

The files under `data/` are written by `holidays_build`; reading them needs no package. A year is *official* when the
government's notice is in, *provisional* when only its statutory dates are known, and otherwise absent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import msgspec

from complaints.structs import replace

from .errors import CalendarSpecError
from .notices import Notice
from .spec import Status, mapping

LATE_DECEMBER = ((12, 29), (12, 30), (12, 31))
"""Days that the next year's notice has moved in four years of twenty: provisional until that notice is in."""


class HolidayYear(msgspec.Struct, frozen=True):
    """One year: rest days and make-up working days by date, with their names."""

    status: Status
    holidays: Mapping[date, str]
    working: Mapping[date, str]
    movable: tuple[tuple[date, date], ...] = ()
    """Spans, ends included, that the year's notice may still change; of a provisional year only."""


class HolidayData(msgspec.Struct, frozen=True):
    """The holidays of a country over years without a gap."""

    country: str
    source: str
    years: Mapping[int, HolidayYear]

    def with_notice(self, notice: Notice) -> HolidayData:
        """This data with a year's notice loaded: the year is official, and last December is what the notice says."""
        year = notice.year
        if not min(self.years) - 1 <= year <= max(self.years) + 1:
            span = f"{min(self.years)} to {max(self.years)}"
            raise CalendarSpecError(f"notice {year}", f"the data covers {span}", "load the years between first")
        years = dict(self.years)
        years[year] = HolidayYear(
            "official",
            {d: name for d, name in notice.holidays.items() if d.year == year},
            {d: name for d, name in notice.working.items() if d.year == year},
        )
        before = years.get(year - 1)
        if before is not None:
            rest = {d: name for d, name in notice.holidays.items() if d.year < year}
            work = {d: name for d, name in notice.working.items() if d.year < year}
            years[year - 1] = replace(
                before,
                holidays={d: n for d, n in before.holidays.items() if d not in work} | rest,
                working={d: n for d, n in before.working.items() if d not in rest} | work,
            )
        ordered = MappingProxyType(dict(sorted(years.items())))
        return replace(self, years=ordered, source=f"{self.source}; notice {year}")

    def provisional_dates(self) -> list[date]:
        """Dates that a notice may still move: of provisional years, and the late December before a missing one."""
        dates = []
        for number, year in self.years.items():
            for first, last in year.movable if year.status == "provisional" else ():
                dates += [first + timedelta(n) for n in range((last - first).days + 1)]
            following = self.years.get(number + 1)
            if year.status == "official" and (following is None or following.status != "official"):
                dates += [date(number, month, day) for month, day in LATE_DECEMBER]
        return sorted(set(dates))


def load_country(country: str) -> HolidayData:
    """The data shipped for a country (ISO 3166 code, upper case); raises `CalendarSpecError` if there is none."""
    source = files(__package__).joinpath("data")
    name = f"{country.lower()}.json"
    known = {entry.name for entry in source.iterdir()}
    if name not in known:
        shipped = ", ".join(sorted(k.removesuffix(".json").upper() for k in known if k.endswith(".json")))
        remedy = f"use one of {shipped}, or compile it with complaints.worktime.holidays_build"
        raise CalendarSpecError("country", f"no holiday data is shipped for {country!r}", remedy)
    return parse_country(source.joinpath(name).read_text(encoding="utf-8"))


def parse_country(text: str) -> HolidayData:
    """Holiday data from the JSON that `write_country` writes."""
    table = json.loads(text)
    years = {
        int(number): HolidayYear(
            status=year["status"],
            holidays={date.fromisoformat(d): name for d, name in year["holidays"].items()},
            working={date.fromisoformat(d): name for d, name in year["working"].items()},
            movable=tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in year.get("movable", ())),
        )
        for number, year in table["years"].items()
    }
    return HolidayData(table["country"], table["source"], MappingProxyType(dict(sorted(years.items()))))


def write_country(data: HolidayData) -> str:
    """The data as JSON, stable to the byte."""
    years = {}
    for number, year in data.years.items():
        entry: dict[str, Any] = {
            "status": year.status,
            "holidays": {d.isoformat(): name for d, name in sorted(year.holidays.items())},
            "working": {d.isoformat(): name for d, name in sorted(year.working.items())},
        }
        if year.movable:
            entry["movable"] = [[a.isoformat(), b.isoformat()] for a, b in year.movable]
        years[str(number)] = entry
    table = {"country": data.country, "source": data.source, "years": years}
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


def expand_spec(spec: Mapping[str, Any], data: HolidayData | None = None) -> dict[str, Any]:
    """A policy's calendar with `country` and `make_up_windows` worked out to the plain spec that `Calendar` reads.

    The organisation's own `holidays` are added, its own `extra_working_days` win. Without `country` the spec is
    returned as it is. `data` defaults to what is shipped for the country. Raises `CalendarSpecError`.
    """
    own = dict(mapping(spec, "calendar"))
    country, windows = own.pop("country", None), own.pop("make_up_windows", None)
    if country is None:
        if windows is not None:
            raise CalendarSpecError(
                "make_up_windows", "there is no country", "name the country whose make-up days count"
            )
        return own
    if not isinstance(country, str):
        raise CalendarSpecError("country", f"{country!r} is no country", 'write an ISO 3166 code such as "CN"')
    if "holiday_status" in own or "provisional_dates" in own:
        raise CalendarSpecError("holiday_status", "the country's data says it", "leave it out, or leave out country")
    data = data or load_country(country)
    working = [d for year in data.years.values() for d in year.working]
    if working and windows is None:
        remedy = 'add for example make_up_windows: [["09:00", "18:00"]], or [] to stay closed'
        raise CalendarSpecError("make_up_windows", f"{country} has make-up working days", remedy)
    rest = {d.isoformat() for year in data.years.values() for d in year.holidays}
    closed = own.get("holidays") or []
    extra = mapping(own.get("extra_working_days") or {}, "extra_working_days")
    return own | {
        "holidays": [*sorted(rest), *(d for d in closed if str(d) not in rest)],
        "extra_working_days": {d.isoformat(): windows for d in sorted(working) if str(d) not in map(str, closed)}
        | {str(d): w for d, w in extra.items()},
        "holiday_status": {str(number): year.status for number, year in data.years.items()},
        "provisional_dates": [d.isoformat() for d in data.provisional_dates()],
    }
