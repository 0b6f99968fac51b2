"""Organisations from CSV: what spreadsheets do to it, every error in its place, and what a load would change."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from complaints.directory.answer import answerer
from complaints.directory.difference import difference
from complaints.directory.load import Directory, LoadError, load
from complaints.directory.model import Holder, Shift
from complaints.directory.tree import Tree
from complaints.directory.wording import change_line, problem_line

SHANGHAI = ZoneInfo("Asia/Shanghai")

UNITS = """id,parent,level,name_zh,name_en,line,tags,marks,last_resort
hq,,top,总部,Headquarters,,,,p1
north,hq,area,北区,North,blue,key;big,no_appeal=2026-12-31,
n1,north,outlet,北一,North 1,,,,
"""
PEOPLE = """id,name,phone,email,language
p1,王一,+86 100-0000-0001,one@example.com,zh-CN
p2,李二,+86 100-0000-0002,,
"""
POSTS = """unit,role,person,from,until,deputy
hq,boss,p1,,,
north,boss,p2,2026-01-01,2026-12-31,
north,boss,p1,,,yes
"""
ROSTER = """unit,role,person,first_day,last_day,from,until
north,boss,p1,2026-10-01,2026-10-03,08:00,18:00
n1,night,p2,2026/10/1,,22:00,6:00
"""


def files(**changed: str | bytes | None) -> dict[str, bytes]:
    texts: dict[str, str | bytes | None] = {"units": UNITS, "people": PEOPLE, "posts": POSTS, "roster": ROSTER}
    return {
        f"{name}.csv": text.encode() if isinstance(text, str) else text
        for name, text in {**texts, **changed}.items()
        if text is not None
    }


def read(given: Mapping[str, bytes]) -> Directory:
    return load(given, SHANGHAI)


def refused(**changed: str | bytes | None) -> list[tuple[str, int, str, str]]:
    with pytest.raises(LoadError) as caught:
        read(files(**changed))
    for problem in caught.value.problems:
        assert problem_line(problem, "en") != problem_line(problem, "zh-CN")
    return [(p.file.removesuffix(".csv"), p.row, p.column, p.code) for p in caught.value.problems]


def test_an_organisation_is_read_whole() -> None:
    loaded = read(files())
    north = loaded.units["north"]
    assert north.path == ("hq", "north")
    assert (north.level, north.line, north.tags) == ("area", "blue", ("key", "big"))
    assert north.names == {"zh": "北区", "en": "North"}
    assert north.marks == {"no_appeal": datetime(2026, 12, 31, 16, 0, tzinfo=UTC)}
    assert north.holders[0] == Holder(
        "boss", "p2", datetime(2025, 12, 31, 16, 0, tzinfo=UTC), datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    )
    assert north.holders[1].deputy
    assert loaded.units["hq"].last_resort == "p1"
    assert loaded.people["p1"].phone == "+8610000000001"
    assert loaded.people["p1"].units == ("hq", "north")
    assert loaded.people["p2"].language == "zh-CN"


def test_a_roster_row_is_a_shift_each_day_in_local_time() -> None:
    loaded = read(files())
    assert [(shift.since.day, shift.since.hour, shift.until.hour) for shift in loaded.units["north"].roster] == [
        (1, 0, 10),
        (2, 0, 10),
        (3, 0, 10),
    ]
    overnight = Shift("night", "p2", datetime(2026, 10, 1, 14, 0, tzinfo=UTC), datetime(2026, 10, 1, 22, 0, tzinfo=UTC))
    assert loaded.units["n1"].roster == (overnight,)


def test_whole_days_on_duty_are_one_shift() -> None:
    columns = ROSTER.partition("\n")[0]
    roster = f"{columns}\nn1,night,p2,2026-10-01,2026-10-07,,\nn1,day,p2,2026-10-01,,8:00,24:00\n"
    holiday, evening = read(files(roster=roster)).units["n1"].roster
    assert (holiday.since, holiday.until) == (
        datetime(2026, 9, 30, 16, 0, tzinfo=UTC),
        datetime(2026, 10, 7, 16, 0, tzinfo=UTC),
    )
    assert (evening.since, evening.until) == (
        datetime(2026, 10, 1, 0, 0, tzinfo=UTC),
        datetime(2026, 10, 1, 16, 0, tzinfo=UTC),
    )


def test_the_holiday_roster_feeds_the_ladder() -> None:
    loaded = read(files())
    chain = Tree(list(loaded.units.values())).chain("n1")
    at_work = answerer(chain, loaded.people, "boss", datetime(2026, 10, 1, 1, 0, tzinfo=UTC))
    after = answerer(chain, loaded.people, "boss", datetime(2026, 10, 1, 10, 0, tzinfo=UTC))
    assert at_work is not None
    assert after is not None
    assert (at_work.person.id, after.person.id) == ("p1", "p2")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_however_a_spreadsheet_saves_it_the_same_is_read(encoding: str, delimiter: str) -> None:
    def saved(text: str) -> bytes:
        return text.replace(";", "；").replace(",", delimiter).replace("\n", "\r\n").encode(encoding)

    given = files(units=saved(UNITS), people=saved(PEOPLE), posts=saved(POSTS), roster=saved(ROSTER))
    assert read(given) == read(files())


def test_spreadsheet_leavings_are_cleaned_away() -> None:
    people = (
        "sep=,\n ID ,Name,Phone,Email,Language,,\n"
        '="p1",王一 ,\'+86 100-0000-0001,one@example.com,zh-CN,,\n'
        ",,,,,,\n"
        "Ｐ2,李二,００８６ １００ ００００ ０００２,,,,\n"
    )
    people = people.replace("Ｐ2", "ｐ２")
    assert read(files(people=people)) == read(files())


def test_numbers_and_cells_that_a_spreadsheet_ruined_are_named() -> None:
    people = PEOPLE.replace("+86 100-0000-0001", "8.61E+12").replace("+86 100-0000-0002", "#N/A")
    assert refused(people=people) == [
        ("people", 2, "phone", "number_as_scientific"),
        ("people", 3, "phone", "failed_cell"),
    ]


def test_every_error_has_its_file_row_and_column() -> None:
    found = refused(
        units=UNITS.replace("n1,north", "n1,nrth").replace("area", "").replace("2026-12-31", "soon"),
        people=PEOPLE + "p2,,138,x@y,\np3,孙三,,,\n",
        posts=POSTS + "n9,boss,p8,2026-02-30,,maybe\nhq,boss,p1,,,\nn1,boss,p1,2026-05-02,2026-05-01,\n",
        roster=ROSTER
        + "n1,night,p2,2026-10-05,2026-10-01,,\nn1,night,p2,2026-01-01,2028-01-01,,\nn1,night,p2,x,,25:00,\n",
    )
    assert found == [
        ("units", 3, "level", "empty"),
        ("units", 3, "marks", "bad_date"),
        ("units", 4, "parent", "unknown_parent"),
        ("people", 4, "phone", "phone_without_country"),
        ("people", 4, "email", "bad_email"),
        ("people", 4, "name", "empty"),
        ("people", 4, "id", "duplicate_person"),
        ("people", 5, "phone", "unreachable_person"),
        ("posts", 5, "unit", "unknown_unit"),
        ("posts", 5, "person", "unknown_person"),
        ("posts", 5, "from", "bad_date"),
        ("posts", 5, "deputy", "bad_yes_no"),
        ("posts", 6, "person", "post_twice"),
        ("posts", 7, "until", "ends_before_it_begins"),
        ("roster", 4, "last_day", "ends_before_it_begins"),
        ("roster", 5, "last_day", "roster_too_long"),
        ("roster", 6, "first_day", "bad_date"),
        ("roster", 6, "from", "bad_time"),
    ]


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ("id,parent,level,name_zh\n", [("units", 0, "", "no_root")]),
        ("", [("units", 0, "", "empty_file")]),
        ("id,level,name_zh\nhq,top,总部\n", [("units", 1, "parent", "missing_column")]),
        (UNITS.replace("line", "lien"), [("units", 1, "lien", "unknown_column")]),
        (UNITS.replace(",p1", ","), [("units", 2, "last_resort", "no_last_resort")]),
        (UNITS.replace(",p1", ",p7"), [("units", 2, "last_resort", "unknown_person")]),
        (UNITS + "n1,hq,outlet,又,,,,,\n", [("units", 5, "id", "duplicate_unit")]),
        (
            UNITS + "n2,,outlet,又,,,,,\n",
            [("units", 5, "parent", "second_root"), ("units", 5, "last_resort", "no_last_resort")],
        ),
        (UNITS + "n2,n2,outlet,又,,,,,\n", [("units", 5, "parent", "cycle")]),
        (UNITS + "n2,hq,outlet,,,,,,\n", [("units", 5, "name_*", "unnamed_unit")]),
        (UNITS + "n/2,hq,outlet,又,,,,,\n", [("units", 5, "id", "bad_id")]),
        (UNITS + "n2,hq,outlet,又,,,,,,more\n", [("units", 5, "", "extra_cell")]),
        (UNITS + 'n2,hq,outlet,"又,,,,,\n', [("units", 5, "", "broken_quotes")]),
    ],
)
def test_what_is_wrong_with_the_units_is_said_where_it_is(
    units: str, expected: list[tuple[str, int, str, str]]
) -> None:
    assert [found for found in refused(units=units) if found[0] == "units"] == expected


def test_a_missing_file_is_named_but_the_roster_may_be_absent() -> None:
    assert ("people", 0, "", "missing_file") in refused(people=None)
    assert read(files(roster=None)).units["n1"].roster == ()


def test_bytes_in_no_encoding_are_refused() -> None:
    assert ("people", 0, "", "unknown_encoding") in refused(people=b"id,name\n\xff\xff\xff")


def test_roles_and_levels_that_the_policy_does_not_have_are_refused() -> None:
    with pytest.raises(LoadError) as caught:
        load(files(), SHANGHAI, levels=["top", "area"], roles=["boss"])
    assert [(p.file, p.row, p.column, p.code) for p in caught.value.problems] == [
        ("units.csv", 4, "level", "unknown_level"),
        ("roster.csv", 3, "role", "unknown_role"),
    ]


def test_problems_read_as_sentences_in_both_languages() -> None:
    with pytest.raises(LoadError) as caught:
        read(files(units=UNITS.replace("n1,north", "n1,nrth")))
    (problem,) = caught.value.problems
    assert (
        problem_line(problem, "en")
        == "units.csv row 4, column parent: nrth, the parent of unit n1, is not in units.csv"
    )
    assert problem_line(problem, "zh-CN") == "units.csv 第 4 行 parent 列：机构 n1 的上级 nrth 不在 units.csv 中"


def test_the_dry_run_shows_what_would_change() -> None:
    old = read(files())
    new = read(
        files(
            units=UNITS.replace("n1,north", "n1,hq").replace("key;big", "big") + "n2,north,outlet,北二,,,,,\n",
            people=PEOPLE.replace("0002", "0003"),
            posts=POSTS.replace("north,boss,p2,2026-01-01,2026-12-31,", "north,boss,p2,2026-01-01,2026-06-30,"),
            roster=None,
        )
    )
    lines = [change_line(change, "en") for change in difference(old, new)]
    assert lines == [
        "unit north, tags: key; big -> big",
        "unit north dismisses boss p2 2025-12-31T16:00:00Z..2026-12-31T16:00:00Z",
        "unit north appoints boss p2 2025-12-31T16:00:00Z..2026-06-30T16:00:00Z",
        "unit north takes off duty boss p1 2026-10-01T00:00:00Z..2026-10-01T10:00:00Z",
        "unit north takes off duty boss p1 2026-10-02T00:00:00Z..2026-10-02T10:00:00Z",
        "unit north takes off duty boss p1 2026-10-03T00:00:00Z..2026-10-03T10:00:00Z",
        "unit n1 moves: hq/north/n1 -> hq/n1 (its open work moves along)",
        "unit n1 takes off duty night p2 2026-10-01T14:00:00Z..2026-10-01T22:00:00Z",
        "add unit n2: hq/north/n2",
        "person p2, phone: +8610000000002 -> +8610000000003",
    ]
    assert difference(old, old) == []
    assert {change.what for change in difference(new, old)} >= {"removed", "moved", "rostered"}


def test_a_changed_order_of_holders_is_a_change() -> None:
    two = POSTS + "n1,boss,p1,,,\nn1,boss,p2,,,\n"
    swapped = POSTS + "n1,boss,p2,,,\nn1,boss,p1,,,\n"
    (change,) = difference(read(files(posts=two)), read(files(posts=swapped)))
    assert (change.id, change.field, change.before, change.after) == ("n1", "boss", "p1, p2", "p2, p1")


def test_every_change_and_problem_can_be_said() -> None:
    old, new = read(files()), read(files(units=UNITS + "n2,n1,outlet,二,,,,,\n"))
    for change in difference(old, new) + difference(new, old):
        assert all(change.id in change_line(change, lang) for lang in ("zh-CN", "en"))
