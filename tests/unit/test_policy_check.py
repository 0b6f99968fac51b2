"""Every mistake in a policy's matter is found, at its line, with what to write instead; a right policy has none."""

import pytest
from tests.support.policies import LIBRARY, library, library_units

from complaints.desk.policy_findings import finding_line, summary
from complaints.policy.check import check
from complaints.policy.findings import Finding, spelled
from complaints.policy.shape import read_policy
from complaints.policy.source import read_source
from complaints.texts import LANGUAGES, has


def checked(*changes: tuple[str, str], organisation: bool = True) -> list[Finding]:
    source = read_source(library(*changes), "library.yaml")
    return check(read_policy(source), source, library_units() if organisation else None)


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.code, spelled(finding.path)) for finding in findings]


def test_nothing_is_wrong_with_the_library() -> None:
    assert told(checked()) == []
    assert told(checked(organisation=False)) == []


SEARCH = "{do: [answer], by: [clerk], at: order, order_types: [search], to: answered}"
RATE = "{do: [rate], by: [customer], states: [done]}"
CLOSE = "{do: [close], by: [chief], at: any, states: [answered], requires: [{field: remark}], to: done}"

NAMES = [
    (("by: [customer]", "by: [custmer]"), "unknown_name_near", "actions[5].by[0]", "customer"),
    (
        ("to: [{role: chief, level: head}]", "to: [{role: cheif, level: head}]"),
        "unknown_name_near",
        "ladders.late[0].to[0].role",
        "chief",
    ),
    (
        ("to: [{role: chief, level: head}]", "to: [{role: chief, level: haed}]"),
        "unknown_name_near",
        "ladders.late[0].to[0].level",
        "head",
    ),
    (("to: done}", "to: dome}"), "unknown_name_near", "actions[4].to", "done"),
    (("template: missed", "template: misses"), "unknown_name_near", "ladders.late[0].template", "missed"),
    (("ladder: late", "ladder: later"), "unknown_name_near", "deadlines.reply.ladder", "late"),
    (
        ("working_hours: 8, calendar: desk", "working_hours: 8, calendar: dsk"),
        "unknown_name_near",
        "deadlines.reply.limits[1].limit.calendar",
        "desk",
    ),
    (
        ("stops: [{event: closed}]", "stops: [{event: close}]"),
        "unknown_name_near",
        "deadlines.reply.stops[0].event",
        "closed",
    ),
    (("do: [dispatch]", "do: [despatch]"), "unknown_name_near", "actions[1].do[0]", "dispatch"),
    (
        ("order_types: [search], to: answered", "order_types: [serch], to: answered"),
        "unknown_name_near",
        "actions[2].order_types[0]",
        "search",
    ),
    (
        ("levels: [branch]}\n  chief", "levels: [brench]}\n  chief"),
        "unknown_name_near",
        "roles.clerk.levels[0]",
        "branch",
    ),
    (
        ("requires: [{field: remark}]", "requires: [{field: remarks}]"),
        "unknown_name_near",
        "actions[4].requires[0].field",
        "remark",
    ),
    (
        ("requires: [{field: remark}]", "requires: [{field: fields.dayz}]"),
        "unknown_name_near",
        "actions[4].requires[0].field",
        "days",
    ),
    (
        ("requires: [{field: remark}]", "requires: [{paper: invoice}]"),
        "unknown_name_bare",
        "actions[4].requires[0].paper",
        "",
    ),
    (
        ("of: case}], template: soon", "of: cases}], template: soon"),
        "unknown_name_near",
        "deadlines.reply.reminders[0].to[0].of",
        "case",
    ),
    (
        ("  acknowledgement: received", "  acknowledgement: recieved"),
        "unknown_name_near",
        "intake.acknowledgement",
        "received",
    ),
    (("  unit: main", "  unit: mian"), "unknown_name_near", "intake.unit", "main"),
    (("due: {reply:", "due: {replay:"), "unknown_name_near", "examples[0].due.replay", "reply"),
    (
        ("by: clerk@east\n        data", "by: clark@east\n        data"),
        "unknown_name_near",
        "examples[0].steps[0].by",
        "clerk",
    ),
    (("channel: desk, text", "channel: dusk, text"), "unknown_name_near", "examples[0].steps[0].data.channel", "desk"),
    (("channel: desk, text", "chanel: desk, text"), "unknown_name_near", "examples[0].steps[0].data.chanel", "channel"),
    (
        ('    orders: {"1": accepted}', '    orders: {"1": acepted}'),
        "unknown_name_near",
        "examples[0].orders.1",
        "accepted",
    ),
]


@pytest.mark.parametrize(("change", "code", "place", "meant"), NAMES)
def test_a_name_that_nothing_bears_is_found_and_the_near_one_offered(
    change: tuple[str, str], code: str, place: str, meant: str
) -> None:
    found = [finding for finding in checked(change) if spelled(finding.path) == place]
    assert [finding.code for finding in found if finding.level == "error"] == [code]
    assert found[0].params.get("meant", "") == meant


@pytest.mark.parametrize(("change", "code", "place", "meant"), NAMES)
def test_its_line_is_the_one_that_was_changed(change: tuple[str, str], code: str, place: str, meant: str) -> None:
    finding = next(finding for finding in checked(change) if spelled(finding.path) == place)
    first = library(change).split("\n")[finding.line - 1]
    assert first not in LIBRARY.split("\n")


CONDITIONS = [
    (("severity: grave}", "severty: grave}"), "unknown_name_near", "severity"),
    (("severity: grave}", "severity: gravee}"), "unknown_name_near", "grave"),
    (("{days: {over: 30}}", "{days: {ovr: 30}}"), "unknown_name_near", "over"),
    (("{days: {over: 30}}", "{days: {over: many}}"), "test_wants_number", ""),
    (("{days: {over: 30}}", "{days: thirty}"), "compares_number", ""),
    (("{days: {over: 30}}", "{shelf: {over: 30}}"), "not_comparable", ""),
    (("{days: {over: 30}}", "{shelf: od}"), "unknown_name_near", "old"),
    (("{days: {over: 30}}", "{shelf: [old, 3]}"), "compares_text", ""),
    (("{rare: true}", "{rare: very}"), "compares_boolean", ""),
    (("{rare: true}", "{rare: {present: maybe}}"), "test_wants_boolean", ""),
    (("has: [报社]", "has: [12315]"), "compares_text", ""),
    (
        ("{any: [{rare: true}, {days: {over: 30}}, {mentioned: {has: [报社]}}]}", "{any: {rare: true}}"),
        "combiner_wants_list",
        "",
    ),
    (("{rare: true}", "{event.text: x}"), "no_event_here", ""),
    (("{rare: true}", "{order.type: search}"), "no_order_here", ""),
    (
        ("starts: [{event: registered}]", "starts: [{event: registered, when: {event.text: x}}]"),
        "personal_in_condition",
        "",
    ),
    (
        ("starts: [{event: registered}]", "starts: [{event: registered, when: {event.chanel: web}}]"),
        "unknown_name_near",
        "event.channel",
    ),
    (
        ("starts: [{event: registered}]", "starts: [{event: registered, when: {event.channel: wep}}]"),
        "unknown_name_near",
        "web",
    ),
    (
        ("starts: [{event: registered}]", "starts: [{event: registered, when: {count.chasd: 1}}]"),
        "unknown_name_near",
        "count.chased",
    ),
]


@pytest.mark.parametrize(("change", "code", "meant"), CONDITIONS)
def test_a_condition_that_could_never_be_asked_or_hold_is_found(change: tuple[str, str], code: str, meant: str) -> None:
    found = [finding for finding in checked(change) if finding.level == "error"]
    assert [finding.code for finding in found] == [code]
    assert found[0].params.get("meant", "") == meant


@pytest.mark.parametrize(
    "condition",
    [
        "{event.channel: web, event.fields.days: {at_least: 3}}",
        "{any: [{not: {shelf: [old, new]}}, {all: [{today: {present: true}}]}]}",
        "{count.chased: {over: 1}, case.state: new, case.tags: {has: rural}, kind: complaint}",
        "{severity: {not: light}, category: {in: [late]}, days: {within_days: 3}}",
    ],
)
def test_what_conditions_can_ask_is_not_complained_of(condition: str) -> None:
    change = ("starts: [{event: registered}]", f"starts: [{{event: registered, when: {condition}}}]")
    assert told(checked(change)) == []


LIMITS = [
    ("working_hours: 8, calendar: desk", "working_hours: 8", "limit_without_calendar"),
    ("working_hours: 8, calendar: desk", "calendar: desk", "limit_says_nothing"),
    ("working_hours: 8, calendar: desk", "hours: 8, days: 1", "limit_says_two"),
    ("working_hours: 8, calendar: desk", "workinghours: 8", "unknown_name_near"),
    ("working_hours: 8, calendar: desk", "hours: 8, calendar: desk", "unknown_name_bare"),
    ("working_hours: 8, calendar: desk", "hours: -1", "limit_wants_number"),
    ("working_hours: 8, calendar: desk", "months: 1.5", "limit_wants_whole_number"),
    ("working_hours: 8, calendar: desk", "months: 100000", "limit_refused"),
    ("working_hours: 8, calendar: desk", "working_days: 2, calendar: desk, until: midnite", "unknown_name"),
    ("working_hours: 8, calendar: desk", "given: next_at", "given_is_not_said"),
    ("working_hours: 8, calendar: desk", "end_of_day: false", "end_of_day_is_true"),
    ("{months: 12}", "{given: due_at}", "given_only_in_limits"),
    ("before: {working_hours: 1, calendar: desk}", "before: {end_of_day: true}", "cannot_count_back"),
]


@pytest.mark.parametrize(("old", "new", "code"), LIMITS)
def test_a_limit_that_cannot_be_counted_is_found(old: str, new: str, code: str) -> None:
    assert [finding.code for finding in checked((old, new)) if finding.level == "error"] == [code]


def test_calendars_zones_and_slots_are_read() -> None:
    assert told(checked(('[["09:00", "17:00"]], tue', '[["09:00", "27:00"]], tue'))) == [
        ("calendar_wrong", "calendars.desk.week.mon[0][1]")
    ]
    assert ("bad_zone", "zone") in told(checked(("zone: Asia/Shanghai\nlevels", "zone: Asia/Shangai\nlevels")))
    slots = "slots:\n  two: {tz: Asia/Shanghai, slots: [{from: '08:00', to: '10:00', late_at: '12:00'}]}\nroles:\n"
    assert ("slots_wrong", "slots.two.slots") in told(checked(("roles:\n", slots)))


TEXTS = [
    (("en: clerk}", "fr: commis}"), "unknown_name"),
    (("{zh-CN: 馆员, en: clerk}", "{en: clerk}"), "missing_translation"),
    (('en: "{reference} is late"', 'en: "{referense} is late"'), "unknown_name_near"),
    (('en: "{reference} is late"', 'en: "{reference is late"'), "bad_braces"),
    (('en: "{reference} is late"', 'en: "it is late"'), "placeholder_missing"),
    (('    subject: {zh-CN: "{reference}", en: "{reference}"}\n', ""), "mail_without_subject"),
]


@pytest.mark.parametrize(("change", "code"), TEXTS)
def test_a_text_that_is_missing_or_names_nothing_is_found(change: tuple[str, str], code: str) -> None:
    assert [finding.code for finding in checked(change)] == [code]


NEVER = [
    ((RATE, RATE + "\n  - {do: [note], by: [chief], states: [lost]}"), ["unknown_name"]),
    (("      done: {name", "      lost: {name: {zh-CN: 丢, en: lost}}\n      done: {name"), ["unreachable_state"]),
    (
        ("order_types: [search], to: answered}", "order_types: [search]}"),
        ["unreachable_state", "dead_end", "kind_never_ends"],
    ),
    (("by: [chief], at: any, states: [new]}", "by: [clerk], at: any, states: [new]}"), ["order_never_created"]),
    (("stops: [{event: closed}]", "stops: [{event: solved}]"), ["deadline_never_stopped"]),
    (("starts: [{event: registered}]", "starts: [{event: chased}]"), ["deadline_never_started"]),
    (
        ("{do: [pause, resume, extend], by: [chief], at: any}", "{do: [note], by: [chief]}"),
        ["nobody_pauses", "nobody_extends"],
    ),
    (("requires: [{field: remark}], to: done}", "requires: [{field: remark}]}"), ["end_stays_open"]),
    (("requires: [{field: remark}], to: done}", "requires: [{field: remark}], to: new}"), ["end_stays_open"]),
    ((RATE, "{do: [rate], by: [customer], states: [done], order_types: [search]}"), ["command_has_no_order"]),
    ((RATE, "{do: [reopen], by: [chief], states: [done]}"), ["reopen_stays_closed"]),
    (("on: {event: registered}", "on: {event: compensated}"), ["event_never_happens"]),
    (
        ("{do: [rate], by: [customer], states: [done]}", "{do: [rate], by: [], states: [done]}"),
        ["action_without_do_or_by"],
    ),
    (
        ("- {limit: {working_hours: 8, calendar: desk}}", "- {limit: {hours: 1}, when: {rare: true}}"),
        ["limit_may_be_absent"],
    ),
    (
        (
            "    limits: [{limit: {working_hours: 2, calendar: desk}}]",
            "    limits: [{limit: {hours: 1}}, {limit: {hours: 2}, when: {rare: true}}]",
        ),
        ["limit_hides_the_rest"],
    ),
    (("  missed: {urgent", "  spare: {text: {zh-CN: 无, en: none}}\n  missed: {urgent"), ["unused"]),
    (
        (
            "  chief: {name: {zh-CN: 馆长, en: chief}}",
            "  chief: {name: {zh-CN: 馆长, en: chief}}\n  cook: {name: {zh-CN: 厨, en: cook}}",
        ),
        ["role_unused"],
    ),
]


@pytest.mark.parametrize(("change", "codes"), NEVER)
def test_what_can_never_happen_is_found(change: tuple[str, str], codes: list[str]) -> None:
    found = {finding.code for finding in checked(change, organisation=False)}
    assert set(codes) <= found


def test_a_chain_of_automations_counts_as_happening() -> None:
    """A state that only the system leads to is no unreachable one."""
    automation = "automations:\n  - {on: {event: missed}, to: lost}\n  - {on: {event: advanced}, to: done}\nnotices:\n"
    lost = ("      done: {name", "      lost: {name: {zh-CN: 丢, en: lost}}\n      done: {name")
    assert told(checked(lost, ("notices:\n", automation))) == []


PEOPLE = [
    (("to: [{role: chief, level: head}]", "to: [{role: clerk, level: head}]"), "role_not_at_level"),
    (("to: [{role: chief, level: head}]", "to: [{role: chief, level: branch}]"), "role_not_held_at_level"),
    (("to: [{role: chief, level: head}]", "to: [{role: chief, customer: true}]"), "recipient_is_role_or_customer"),
    (("to: [{role: chief, level: head}]", "to: []"), "tells_nobody"),
]


@pytest.mark.parametrize(("change", "code"), PEOPLE)
def test_a_text_that_would_reach_nobody_is_found(change: tuple[str, str], code: str) -> None:
    assert code in [finding.code for finding in checked(change)]


def test_a_rung_whose_role_no_unit_has_is_found_in_the_organisation() -> None:
    roles = (
        "  chief: {name: {zh-CN: 馆长, en: chief}}",
        "  chief: {name: {zh-CN: 馆长, en: chief}}\n  owner: {name: {zh-CN: 主, en: owner}}",
    )
    change = ("to: [{role: chief, level: head}]", "to: [{role: owner}]")
    assert told(checked(roles, change)) == [("rung_without_holder", "ladders.late[0].to[0].role")]
    assert told(checked(roles, change, organisation=False)) == []


def test_findings_are_told_in_the_order_of_the_file_and_in_both_languages() -> None:
    found = checked(("by: [customer]", "by: [custmer]"), ("template: missed", "template: misses"))
    assert [finding.line for finding in found] == sorted(finding.line for finding in found)
    english = finding_line(found[0], "library.yaml", "en")
    assert english.startswith(f"library.yaml:{found[0].line}:")
    assert 'error: there is no role "custmer"; did you mean customer?' in english
    assert "错误：没有名为“custmer”的岗位；是否想写 customer？" in finding_line(found[0], "library.yaml", "zh-CN")
    assert summary(found, "en").startswith("2 errors")


def test_every_finding_has_its_sentence() -> None:
    """Whatever the tables above can provoke can be said, with all that the sentence needs."""
    changes = [
        *(change for change, *_ in NAMES),
        *(change for change, *_ in CONDITIONS),
        *((old, new) for old, new, _ in LIMITS),
        *(change for change, _ in TEXTS),
        *(change for change, _ in NEVER),
        *(change for change, _ in PEOPLE),
    ]
    for change in changes:
        for finding in checked(change):
            assert has(f"policy.{finding.code}")
            for lang in LANGUAGES:
                assert finding_line(finding, "f", lang)
