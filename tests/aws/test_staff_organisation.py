"""Units and reports over HTTP: what a unit sees of the organisation, who keeps it, and its reports by links."""

from collections.abc import Iterator

import pytest
from tests.support.world import World, world

from complaints.adapters.files import Files


@pytest.fixture(scope="module")
def desk() -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch, world("postal", patch) as made:
        yield made


def test_a_unit_sees_the_units_under_it_with_their_duty_holders(desk: World) -> None:
    director = desk.person("service_director", "donglan")
    listed = desk.call("GET", "/units", person=director).json["units"]
    assert {unit["id"] for unit in listed} >= {"donglan", "dl-haiqu", "dl-haiqu-1"}
    assert all(unit["path"].startswith("hq/cc/donglan") for unit in listed)
    shown = desk.call("GET", "/units/hq/cc/donglan", person=director).json
    assert (shown["id"], shown["level"]) == ("donglan", "province")
    assert director in [holder["person"] for holder in shown["holders"]]
    addresses = ("/units/yunling", "/units/hq/cc", "/units/nowhere", "/units/hq/yunling/donglan")
    assert [desk.call("GET", address, person=director).status for address in addresses] == [404] * 4


def test_units_come_in_pages_that_hold_each_of_them_once(desk: World) -> None:
    agent = desk.person("front_desk", "cc")
    seen, address = [], "/units?limit=5"
    while address:
        page = desk.call("GET", address, person=agent).json
        seen += [unit["id"] for unit in page["units"]]
        address = f"/units?limit=5&after={page['next']}" if page["next"] else ""
    assert len(seen) == len(set(seen)) > 15


def test_who_keeps_the_organisation_changes_a_holder_and_the_next_text_goes_to_them(desk: World) -> None:
    keeper, agent = desk.person("service_department", "hq"), desk.person("front_desk", "cc")
    other = desk.person("deputy_gm", "beiyuan")
    wanted = {"holders": [{"role": "service_director", "person": other, "since": "2026-01-01T00:00:00+08:00"}]}
    refused = desk.call("PUT", "/units/hq/cc/beiyuan/by-shuangxi", wanted, person=agent)
    unseen = desk.call("PUT", "/units/beiyuan", wanted, person=desk.person("service_director", "yunling"))
    done = desk.call("PUT", "/units/hq/cc/beiyuan/by-shuangxi", wanted, person=keeper)
    assert [refused.status, unseen.status, done.status] == [403, 404, 200], done.text
    assert desk.person("service_director", "by-shuangxi") == other
    assert desk.call("GET", "/units/by-shuangxi", person=other).status == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"holders": [{"role": "service_director", "person": "nobody"}]}, "person"),
        ({"holders": [{"role": "king", "person": "p001"}]}, "role"),
        ({"holders": [{"role": "manager"}]}, "holders[0]"),
        ({"roster": [{"role": "manager", "person": "p001", "since": "2026-01-01", "until": "x"}]}, "roster[0].since"),
        ({"colour": "red"}, ""),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_changes_nothing(desk: World, body: object, field: str) -> None:
    keeper = desk.person("service_department", "hq")
    before = desk.call("GET", "/units/dl-muyang", person=keeper).json
    answer = desk.call("PUT", "/units/dl-muyang", body, person=keeper)
    assert answer.status == 422, answer.text
    assert field in [error["field"] for error in answer.json["errors"]]
    assert desk.call("GET", "/units/dl-muyang", person=keeper).json == before


def test_a_unit_gets_links_to_its_own_reports_only(desk: World) -> None:
    bucket = Files("reports")
    for unit in ("donglan", "yunling"):
        bucket.write(f"units/{unit}/2026-11/report.en.xlsx", b"xlsx")
        bucket.write(f"units/{unit}/2026-11/report.en.html", b"html")
    bucket.write("units/donglan/2026-10/report.en.xlsx", b"xlsx")
    director = desk.person("service_director", "donglan")
    listed = desk.call("GET", "/reports", person=director).json
    assert [period["period"] for period in listed["periods"]] == ["2026-11", "2026-10"]
    lent = desk.call("GET", "/reports/2026-11", person=director).json
    assert [file["name"] for file in lent["files"]] == ["report.en.html", "report.en.xlsx"]
    assert all("units/donglan/2026-11/" in file["url"] and "Signature=" in file["url"] for file in lent["files"])
    others = ("/reports?unit=yunling", "/reports/2026-11?unit=yunling", "/reports/2026-09", "/reports/nonsense")
    assert [desk.call("GET", address, person=director).status for address in others] == [404] * 4


def test_only_who_sees_everything_makes_reports_and_only_of_periods(desk: World) -> None:
    director = desk.person("service_director", "donglan")
    assert desk.call("POST", "/reports", {"period": "2026-10"}, person=director).status == 403
    assert desk.call("POST", "/reports", {"period": "2026-13"}, person=director).status == 422
