"""Numbers that nobody can count from cases: vehicles, visits, policies, targets' figures (R18, HOT-10), entered by CSV.

Columns ``period,unit,name,number``: a month or a year, a unit's id, a name of the policy's ``reports.entered``, a
number. The same period, unit and name again replaces the number; a published report keeps the one it was made with.
"""

import csv
import io
import re
from datetime import datetime

import msgspec

from complaints.adapters.factstore import FactStore
from complaints.desk.context import Desk
from complaints.reporting.plan import plan_of

COLUMNS = ("period", "unit", "name", "number")
_PERIOD = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")


class BadFigure(msgspec.Struct, frozen=True):
    """A row that was left out: its number from 1 (the heading not counted) and what to mend, as a code with parameters
    for ``cli.figures.<code>``."""

    row: int
    code: str
    params: dict[str, str]


def enter_figures(desk: Desk, table: str, now: datetime) -> tuple[int, list[BadFigure]]:
    """Take the rows of a CSV; how many were taken, and those that were not. Nothing is written when any is bad."""
    names = plan_of(desk.policies.current(now).policy).entered
    store = FactStore(desk.settings.need("facts_bucket"))
    entered = store.entered()
    bad: list[BadFigure] = []
    rows = csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))
    if tuple(rows.fieldnames or ()) != COLUMNS:
        return 0, [BadFigure(0, "bad_heading", {"columns": ",".join(COLUMNS)})]
    taken = 0
    for number, row in enumerate(rows, start=1):
        unit = desk.directory.unit((row["unit"] or "").strip(), now)
        period, name = (row["period"] or "").strip(), (row["name"] or "").strip()
        value = _number(row["number"])
        if not _PERIOD.fullmatch(period):
            bad.append(BadFigure(number, "bad_period", {"period": period}))
        elif unit is None:
            bad.append(BadFigure(number, "no_unit", {"unit": row["unit"] or ""}))
        elif name not in names:
            known = {"known": ", ".join(names)} if names else {}
            bad.append(BadFigure(number, "unknown_name" if names else "no_names", {"name": name, **known}))
        elif value is None:
            bad.append(BadFigure(number, "bad_number", {"number": row["number"] or ""}))
        else:
            entered.setdefault(period, {}).setdefault("/".join(unit.path), {})[name] = value
            taken += 1
    if bad:
        return 0, bad
    store.write_entered(entered)
    return taken, []


def _number(text: str | None) -> float | None:
    try:
        value = float((text or "").strip())
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None
