"""An organisation from four CSV files, checked as a whole: every error by file, row and column, or a `Directory`.

Columns (``policies/README.md`` explains them): ``units.csv`` id, parent, level, name_<language>..., line, tags, marks,
last_resort; ``people.csv`` id, name, phone, email, language; ``posts.csv`` unit, role, person, from, until, deputy;
``roster.csv`` unit, role, person, first_day, last_day, from, until.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from complaints.directory import cells
from complaints.directory.model import Holder, Person, Shift, Unit
from complaints.directory.table import Problem, Row, read_table
from complaints.directory.tree import Tree, faults
from complaints.structs import replace

UNITS: Final = "units.csv"
PEOPLE: Final = "people.csv"
POSTS: Final = "posts.csv"
ROSTER: Final = "roster.csv"
MOST_ROSTER_DAYS: Final = 366
"""Days that one row of the duty roster may span; more is a slip of the year."""

T = TypeVar("T")


class Directory(msgspec.Struct, frozen=True):
    """A checked organisation by id: units with their paths, holders and shifts, and people with their units."""

    units: Mapping[str, Unit]
    people: Mapping[str, Person]


class LoadError(ValueError):
    """The files are no organisation; `problems` lists everything, in the order of files and rows."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = problems[0]
        place = f"{first.file} row {first.row} {first.column}"
        super().__init__(
            f"{len(problems)} problem(s) in the organisation's files, correct them and load again; "
            f"the first: {place} {first.code} {dict(first.params)}"
        )


def load(
    files: Mapping[str, bytes],
    zone: ZoneInfo,
    *,
    levels: Collection[str] | None = None,
    roles: Collection[str] | None = None,
) -> Directory:
    """The organisation in `files` (name -> content; the roster may be absent); days and times are wall time in `zone`.

    With `levels` and `roles` (the policy's), any other name is an error: a misspelt role would be a silent vacancy.
    Raises `LoadError` with every problem found.
    """
    reading = _Reading(files, zone, levels, roles)
    directory = reading.directory()
    if reading.problems:
        raise LoadError(sorted(reading.problems, key=lambda found: (_ORDER.index(found.file), found.row)))
    return directory


_ORDER: Final = (UNITS, PEOPLE, POSTS, ROSTER)


class _Reading(msgspec.Struct):
    """One load under way: rows become values where they can, and problems collect where they cannot."""

    files: Mapping[str, bytes]
    zone: ZoneInfo
    levels: Collection[str] | None
    roles: Collection[str] | None
    problems: list[Problem] = []
    cells: set[tuple[str, int, str]] = set()

    def directory(self) -> Directory:
        unit_rows = self._table(UNITS, ("id", "parent", "level"), ("line", "tags", "marks", "last_resort"), ("name_",))
        people = self._people()
        units = [(row, self._unit(row)) for row in unit_rows]
        known = [unit for _, unit in units if unit.id]
        holders, shifts = self._posts(known, people), self._roster(known, people)
        self._check_tree([(row.number, unit) for row, unit in units if unit.id], people)
        if self.problems:
            return Directory({}, {})
        tree = Tree([replace(u, holders=tuple(holders[u.id]), roster=tuple(shifts[u.id])) for u in known])
        places: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for unit in tree.units.values():
            for person in (*(h.person for h in unit.holders), *(s.person for s in unit.roster)):
                places[person][unit.id] = None
        return Directory(tree.units, {id: replace(each, units=tuple(places[id])) for id, each in people.items()})

    def _table(
        self, file: str, required: Sequence[str], optional: Sequence[str], prefixes: Sequence[str] = ()
    ) -> list[Row]:
        if file not in self.files:
            if file != ROSTER:
                self._wrong(file, 0, "", "missing_file")
            return []
        rows, problems = read_table(file, self.files[file], required, optional, prefixes)
        self.problems.extend(problems)
        self.cells.update((file, problem.row, problem.column) for problem in problems)
        return rows

    def _wrong(self, file: str, row: int, column: str, code: str, **params: object) -> None:
        """Note a problem, unless its cell has one already: what follows from the first would only confuse."""
        if not column or (file, row, column) not in self.cells:
            self.problems.append(Problem(file, row, column, code, params))
            self.cells.add((file, row, column))

    def _cell(self, file: str, row: Row, column: str, read: Callable[[str], T], otherwise: T) -> T:
        try:
            return read(row[column])
        except cells.CellError as refused:
            self._wrong(file, row.number, column, refused.code, **refused.params)
            return otherwise

    def _unit(self, row: Row) -> Unit:
        level = self._cell(UNITS, row, "level", cells.name, "")
        if level and self.levels is not None and level not in self.levels:
            self._wrong(UNITS, row.number, "level", "unknown_level", value=level, known=", ".join(self.levels))
        names = {column.removeprefix("name_"): value for column, value in row.cells.items() if column[:5] == "name_"}
        if not any(names.values()):
            self._wrong(UNITS, row.number, "name_*", "unnamed_unit")
        return Unit(
            id=self._cell(UNITS, row, "id", cells.identifier, ""),
            parent=self._cell(UNITS, row, "parent", cells.identifier, "") if row["parent"] else None,
            level=level,
            path=(),
            names={_tag(language): value for language, value in names.items() if value},
            line=self._cell(UNITS, row, "line", cells.name, "") if row["line"] else "",
            tags=self._cell(UNITS, row, "tags", cells.names, ()),
            marks=self._cell(UNITS, row, "marks", lambda value: cells.marks(value, self.zone), {}),
            last_resort=self._cell(UNITS, row, "last_resort", cells.identifier, "") if row["last_resort"] else "",
        )

    def _people(self) -> dict[str, Person]:
        found: dict[str, Person] = {}
        for row in self._table(PEOPLE, ("id", "name", "phone", "email"), ("language",)):
            before = len(self.problems)
            person = Person(
                id=self._cell(PEOPLE, row, "id", cells.identifier, ""),
                name=row["name"],
                phone=self._cell(PEOPLE, row, "phone", cells.phone, ""),
                email=self._cell(PEOPLE, row, "email", cells.email, ""),
                language=row["language"] or "zh-CN",
            )
            if not person.name:
                self._wrong(PEOPLE, row.number, "name", "empty")
            if not person.reachable and len(self.problems) == before:
                self._wrong(PEOPLE, row.number, "phone", "unreachable_person")
            if person.id in found:
                self._wrong(PEOPLE, row.number, "id", "duplicate_person", person=person.id)
            elif person.id:
                found[person.id] = person
        return found

    def _place(
        self, file: str, row: Row, units: Collection[str], people: Mapping[str, Person]
    ) -> tuple[str, str, str] | None:
        """Unit, role and person of a row of posts or roster; None when one of them is wrong."""
        before = len(self.problems)
        unit = self._cell(file, row, "unit", cells.identifier, "")
        role = self._cell(file, row, "role", cells.name, "")
        person = self._cell(file, row, "person", cells.identifier, "")
        if unit and unit not in units:
            self._wrong(file, row.number, "unit", "unknown_unit", unit=unit)
        if role and self.roles is not None and role not in self.roles:
            self._wrong(file, row.number, "role", "unknown_role", value=role, known=", ".join(self.roles))
        if person and person not in people:
            self._wrong(file, row.number, "person", "unknown_person", person=person)
        return (unit, role, person) if len(self.problems) == before else None

    def _posts(self, units: Sequence[Unit], people: Mapping[str, Person]) -> defaultdict[str, list[Holder]]:
        ids = {unit.id for unit in units}
        found: defaultdict[str, list[Holder]] = defaultdict(list)
        for row in self._table(POSTS, ("unit", "role", "person"), ("from", "until", "deputy")):
            place = self._place(POSTS, row, ids, people)
            since = self._cell(POSTS, row, "from", lambda value: cells.instant(value, self.zone, end=False), None)
            until = self._cell(POSTS, row, "until", lambda value: cells.instant(value, self.zone, end=True), None)
            deputy = self._cell(POSTS, row, "deputy", cells.yes, False)
            if since is not None and until is not None and until <= since:
                self._wrong(POSTS, row.number, "until", "ends_before_it_begins", since=row["from"], until=row["until"])
            if place is None:
                continue
            unit, role, person = place
            holder = Holder(role, person, since, until, deputy)
            if any(_same_post(holder, other) for other in found[unit]):
                self._wrong(POSTS, row.number, "person", "post_twice", person=person, role=role, unit=unit)
            found[unit].append(holder)
        return found

    def _roster(self, units: Sequence[Unit], people: Mapping[str, Person]) -> defaultdict[str, list[Shift]]:
        ids = {unit.id for unit in units}
        found: defaultdict[str, list[Shift]] = defaultdict(list)
        for row in self._table(ROSTER, ("unit", "role", "person", "first_day"), ("last_day", "from", "until")):
            place = self._place(ROSTER, row, ids, people)
            spans = self._spans(row)
            if place is None:
                continue
            unit, role, person = place
            found[unit].extend(Shift(role, person, since, until) for since, until in spans)
        return found

    def _spans(self, row: Row) -> list[tuple[datetime, datetime]]:
        """The shifts of a row, one for each day; whole days that follow each other are one."""
        first = self._cell(ROSTER, row, "first_day", cells.day, date.min)
        last = self._cell(ROSTER, row, "last_day", cells.day, first) if row["last_day"] else first
        opens, ahead = self._cell(ROSTER, row, "from", cells.clock, (time(), 0)) if row["from"] else (time(), 0)
        closes, over = self._cell(ROSTER, row, "until", cells.clock, (time(), 1)) if row["until"] else (time(), 1)
        days = (last - first).days
        if date.min in (first, last):
            return []
        if days < 0:
            self._wrong(ROSTER, row.number, "last_day", "ends_before_it_begins", since=str(first), until=str(last))
        elif days >= MOST_ROSTER_DAYS:
            self._wrong(ROSTER, row.number, "last_day", "roster_too_long", days=days + 1, most=MOST_ROSTER_DAYS)
        elif ahead:
            self._wrong(ROSTER, row.number, "from", "bad_time", value=row["from"])
        elif opens == time() and closes == time():
            return [(cells.wall(first, opens, self.zone), cells.wall(last + timedelta(days=1), closes, self.zone))]
        else:
            over = over or int(closes <= opens)
            each = [first + timedelta(days=at) for at in range(days + 1)]
            return [
                (cells.wall(on, opens, self.zone), cells.wall(on + timedelta(days=over), closes, self.zone))
                for on in each
            ]
        return []

    def _check_tree(self, units: Sequence[tuple[int, Unit]], people: Mapping[str, Person]) -> None:
        rows: dict[str, list[int]] = defaultdict(list)
        for number, unit in units:
            rows[unit.id].append(number)
        if units or not any(problem.file == UNITS for problem in self.problems):
            for fault in faults([unit for _, unit in units]):
                of = rows.get(fault.unit, [0])
                at = of[-1] if fault.code == "duplicate_unit" else of[0]
                column = "id" if fault.code == "duplicate_unit" else "parent" if fault.unit else ""
                self._wrong(UNITS, at, column, fault.code, **fault.params)
        for number, unit in units:
            if unit.last_resort and unit.last_resort not in people:
                self._wrong(UNITS, number, "last_resort", "unknown_person", person=unit.last_resort)
            elif unit.parent is None and not unit.last_resort:
                self._wrong(UNITS, number, "last_resort", "no_last_resort", unit=unit.id)


def _same_post(one: Holder, other: Holder) -> bool:
    """Whether the same person holds the same role twice over some time."""
    if (one.role, one.person) != (other.role, other.person):
        return False
    begins, never = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    return (one.since or begins) < (other.until or never) and (other.since or begins) < (one.until or never)


def _tag(column: str) -> str:
    """The language tag of a column such as ``name_zh_cn``: ``zh-CN``."""
    primary, _, region = column.replace("_", "-").partition("-")
    return f"{primary}-{region.upper()}" if region else primary
