"""A policy that no source process knows runs a whole life: other kinds, roles, levels, languages, night shifts, a zone
whose clocks change."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.support.play import Tale, policy, rulebook, units

from complaints.case.advance import advance, next_at
from complaints.case.chain import GENESIS, parse, record, verify
from complaints.case.evolve import evolve
from complaints.case.notices import notices_of
from complaints.case.wording import word
from complaints.desk.examination import examine
from complaints.directory.tree import Places
from complaints.policy.compile import open_source
from complaints.reporting.plan import plan_of

SIXTH = Path(__file__).parents[1] / "sixth"
FILE = SIXTH / "rail.yaml"
DELAY: dict[str, Any] = {
    "kind": "rueckmeldung",
    "channel": "schalter",
    "category": "verspaetung",
    "text": "Der Zug stand zwei Stunden im Tunnel",
}


def rail(at: str = "2026-11-18 09:00", **fields: Any) -> Tale:
    tale = Tale("rail", SIXTH).at(at)
    return tale.does("fahrgastdienst@zentrale", "register", **DELAY, fields=fields)


def under_way(at: str = "2026-11-18 09:00", **fields: Any) -> Tale:
    return rail(at, **fields).does("fahrgastdienst@zentrale", "move-unit", unit="nordlinie")


def test_it_is_right_and_its_example_comes_as_written() -> None:
    organisation = {path.name: path.read_bytes() for path in (SIXTH / "sample" / "rail").glob("*.csv")}
    found = examine(open_source(FILE), organisation).findings
    assert [finding.code for finding in found if finding.level == "error"] == []


def test_a_whole_life_from_the_counter_to_retirement() -> None:
    # given a complaint that goes to its line, which asks a stop
    tale = under_way(minuten=45)
    assert tale.due()["antwort"] == "2026-11-24 17:00"
    tale.does("linienchefin@nordlinie", "dispatch", order_type="nachfrage", unit="birkenau")
    tale.refused("not_yours", "linienchefin@suedlinie", "contact", reached=True)
    tale.at("2026-11-18 23:30").does("fahrdienstleiter@birkenau", "answer", 1, text="Weiche war vereist")
    tale.refused("condition", "linienchefin@nordlinie", "solve", solution="Gutschein über zwanzig Franken")
    tale.at("2026-11-19 09:00").does("linienchefin@nordlinie", "review", 1, result="pass")
    tale.does("linienchefin@nordlinie", "pause", reason="gutachten")
    tale.at("2026-11-20 09:00").does("linienchefin@nordlinie", "resume")
    assert tale.due()["antwort"] > "2026-11-24 17:00"
    # when it is answered, closed, disputed, closed again, ruled, appealed and arbitrated
    tale.does("linienchefin@nordlinie", "contact", reached=True, remark="Mit dem Fahrgast gesprochen")
    tale.does("linienchefin@nordlinie", "solve", solution="Gutschein über zwanzig Franken")
    tale.refused("says_nothing", "linienchefin@nordlinie", "close", remark="erledigt")
    tale.does("linienchefin@nordlinie", "close", remark="Fahrgast nimmt den Gutschein an")
    tale.does("customer", "dispute", text="Der Gutschein kam nie an")
    tale.does("linienchefin@nordlinie", "solve", solution="Gutschein noch einmal geschickt")
    tale.does("linienchefin@nordlinie", "close", remark="Fahrgast hat den Gutschein")
    tale.does("customer", "rate", score=4)
    tale.does("ombudsfrau@zentrale", "rule", valid=True, cause="weichenstoerung", unit="birkenau")
    tale.does("linienchefin@nordlinie", "appeal", 2, text="Die Weiche gehört der Südlinie", evidence=["plan"])
    tale.does("ombudsfrau@zentrale", "arbitrate", 2, liable=True, reason="Der Plan zeigt das Gegenteil")
    case = tale.case()
    appeal = case.order(2)
    assert appeal is not None
    assert (case.state, case.score, appeal.state) == ("abgelegt", 4, "stands")
    # then it retires when its eighteen months are over, and its chain verifies
    played = tale.play("2028-05-21 00:00")
    assert played.case is not None
    assert (played.case.phase, next_at(played.case, rulebook("rail", SIXTH))) == ("retired", None)
    events = [event for event, _ in played.events]
    recorded = record(events, "EXAMPLE", 0, GENESIS, played.case.recorded_at, lambda: "salz")
    assert verify([parse(one.body, one.personal, one.hash) for one in recorded], recorded[-1].hash) == []


def test_next_at_is_exactly_when_advance_answers() -> None:
    case = under_way(minuten=200).case()
    rules = rulebook("rail", SIXTH)
    for _ in range(8):
        then = next_at(case, rules)
        assert then is not None
        places = Places(units("rail", SIXTH).values(), then)
        assert advance(case, rules, then - timedelta(seconds=1), places) == []
        events = advance(case, rules, then, places)
        assert events
        for event in events:
            case = evolve(case, event, then)
        running = case.deadline("antwort")
        if running is not None and running.rung == 2:
            return
    raise AssertionError("the ladder never ended")


@pytest.mark.parametrize(
    ("fields", "urgency", "due"),
    [
        ({}, "blau", "2026-11-24 17:00"),
        ({"minuten": 30}, "gelb", "2026-11-24 17:00"),
        ({"minuten": 120}, "rot", "2026-11-19 09:30"),
    ],
)
def test_its_own_urgency_chooses_its_own_limit(fields: dict[str, Any], urgency: str, due: str) -> None:
    tale = rail(**fields)
    assert (tale.value("dringlichkeit"), tale.due()["antwort"]) == (urgency, due)


def test_the_ladder_climbs_in_half_hours() -> None:
    assert under_way(minuten=120).texts("2026-11-19 10:00")[-2:] == [
        "2026-11-19 09:30 linienchefin@nordlinie spaet",
        "2026-11-19 10:00 ombudsfrau@zentrale spaet",
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Antwort EXAMPLE war fällig 2026-11-19 09:30 (rot)"),
        ("fr", "Réponse EXAMPLE échu 2026-11-19 09:30 (rot)"),
        ("en", "Antwort EXAMPLE war fällig 2026-11-19 09:30 (rot)"),
    ],
)
def test_texts_are_in_its_own_languages(language: str, said: str) -> None:
    rules, played = rulebook("rail", SIXTH), under_way(minuten=120).play("2026-11-19 09:30")
    assert played.case is not None
    event, at = next((event, at) for event, at in reversed(played.events) if event.type == "rung_reached")
    places = Places(units("rail", SIXTH).values(), at)
    [notice] = notices_of(event, played.case.seq, played.case, rules, places)
    assert word(rules.policy, notice.template, notice.params, language, {})[0] == said


def test_its_section_of_reports_is_read() -> None:
    plan = plan_of(policy("rail", SIXTH))
    assert (plan.zone, plan.severity, plan.indicators[0].goal) == ("Europe/Zurich", "dringlichkeit", 0.8)
