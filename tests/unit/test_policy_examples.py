"""A policy's worked examples are played as in earnest, and every difference is told at its line."""

import pytest
from tests.support.policies import LIBRARY, library, library_units

from complaints.desk.examination import examine
from complaints.desk.policy_findings import finding_line
from complaints.desk.rehearsal import Rehearsal, actor, instant, rehearse
from complaints.policy.compile import compile_policy
from complaints.policy.findings import Finding, spelled
from complaints.policy.rulebook import Rulebook
from complaints.policy.source import read_source
from complaints.texts import LANGUAGES


def played(*changes: tuple[str, str]) -> list[Finding]:
    return rehearse(Rulebook(compile_policy(library(*changes)).policy), library_units())


def told(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return [(one.code, spelled(one.path), str(one.params.get("came", ""))) for one in findings]


def test_the_library_s_example_comes_as_written() -> None:
    assert played() == []


REPLY_DUE = 'due: {reply: "2026-11-17 10:00"'
CASES = [
    ((REPLY_DUE, 'due: {reply: "2026-11-17 11:00"'), [("example_due", "examples[0].due.reply", "2026-11-17 10:00")]),
    (
        (', "found#1": "2026-11-16 12:00"', ', "found#2": "2026-11-16 12:00"'),
        [("example_due", "examples[0].due.found#2", "-")],
    ),
    (('"found#1": true', '"found#1": false'), [("example_met", "examples[0].met.found#1", "true")]),
    (("reply: false}", "reply: true}"), [("example_met", "examples[0].met.reply", "false")]),
    (
        ('"2026-11-17 09:00 clerk@east soon", ', ""),
        [("example_text_extra", "examples[0].texts", "2026-11-17 09:00 clerk@east soon")],
    ),
    (
        ('["2026-11-16 10:00 received"]', "[]"),
        [("example_text_extra", "examples[0].customer", "2026-11-16 10:00 received")],
    ),
    (('orders: {"1": accepted}', 'orders: {"1": open}'), [("example_order", "examples[0].orders.1", "accepted")]),
    (("state: answered\n    then", "state: done\n    then"), [("example_state", "examples[0].state", "answered")]),
    (("count.answered: 1}", "count.answered: 2}"), [("example_then", "examples[0].then.count.answered", "1")]),
]


@pytest.mark.parametrize(("change", "expected"), CASES)
def test_a_difference_says_what_was_written_and_what_came(
    change: tuple[str, str], expected: list[tuple[str, str, str]]
) -> None:
    found = played(change)
    assert told(found) == expected
    for lang in LANGUAGES:
        assert finding_line(found[0], "f", lang)


def test_a_text_that_did_not_come_stands_at_its_own_line() -> None:
    found = played(("17 10:00 chief@main missed", "17 10:30 chief@main missed"))
    assert told(found) == [
        ("example_text_missing", "examples[0].texts[1]", ""),
        ("example_text_extra", "examples[0].texts", "2026-11-17 10:00 chief@main missed"),
    ]


ANSWER = '      - {at: "2026-11-16 11:00", do: answer, by: clerk@east, order: 1, data: {text: 书已找到并上架}}\n'


def test_a_refusal_that_is_expected_is_right_and_one_that_is_not_is_told() -> None:
    silly = (
        '      - {at: "2026-11-16 10:30", do: dispatch, by: clerk@east, '
        "data: {order_type: search, unit: east}REFUSED}\n"
    )
    expected = silly.replace("REFUSED", ", refused: not_yours")
    assert told(played((ANSWER, expected + ANSWER))) == []
    unexpected = played((ANSWER, silly.replace("REFUSED", "") + ANSWER))
    assert [finding.code for finding in unexpected] == ["example_refused"]
    otherwise = played((ANSWER, silly.replace("REFUSED", ", refused: wrong_state") + ANSWER))
    assert told(otherwise) == [("example_refused_otherwise", "examples[0].steps[2].refused", "not_yours")]
    done = played((ANSWER, ANSWER.replace("书已找到并上架}", "书已找到并上架}, refused: condition")))
    assert told(done) == [("example_not_refused", "examples[0].steps[2].refused", "")]


def test_the_exact_instant_is_in_time_because_people_act_before_time_does() -> None:
    """Reading R16."""
    at_the_end = ANSWER.replace("11:00", "12:00")
    assert played((ANSWER, at_the_end)) == []
    too_late = ANSWER.replace("11:00", "12:00:01")
    assert ("example_met", "examples[0].met.found#1", "false") in told(played((ANSWER, too_late)))


def test_a_pause_moves_what_is_due() -> None:
    pause = (
        '      - {at: "2026-11-16 10:30", do: pause, by: chief@main, order: 1, '
        "data: {reason: asking, remark: 等待客户提供书号}}\n"
        '      - {at: "2026-11-16 10:50", do: resume, by: chief@main, order: 1}\n'
    )
    reasons = ("retention:", "pause_reasons:\n  asking: {name: {zh-CN: 问, en: asking}}\nretention:")
    found = played((ANSWER, pause + ANSWER), reasons)
    assert told(found) == [("example_due", "examples[0].due.found#1", "2026-11-16 12:20")]


def test_an_example_that_cannot_be_played_says_why() -> None:
    nobody = played(("by: chief@main, data: {order_type", "by: chief, data: {order_type"))
    assert [finding.code for finding in nobody] == ["example_failed"]
    assert "role@unit" in str(nobody[0].params["detail"])


def test_instants_and_people_are_read_strictly() -> None:
    rehearsal = Rehearsal(Rulebook(compile_policy(LIBRARY).policy), library_units())
    places = rehearsal.places(instant("2026-11-16 10:00", rehearsal.rulebook.zone))
    assert actor("clerk@east", places).posts[0].path == ("main", "east")
    assert actor("customer", places).kind == "customer"
    with pytest.raises(ValueError, match="names a zone"):
        instant("2026-11-16T10:00Z", rehearsal.rulebook.zone)
    with pytest.raises(ValueError, match="is nobody"):
        actor("clerk@nowhere", places)


def test_time_that_never_comes_to_rest_is_stopped() -> None:
    endless = "automations:\n  - {on: {event: noted}, do: note, data: {about: x}}\nnotices:\n"
    note = '      - {at: "2026-11-16 11:30", do: note, by: chief@main, data: {text: 请各位注意}}\n'
    may = ("{do: [pause, resume, extend], by", "{do: [pause, resume, extend, note], by")
    found = played(("notices:\n", endless), (ANSWER, ANSWER + note), may)
    assert [finding.code for finding in found] == ["example_failed"]
    assert "events follow from one" in str(found[0].params["detail"])


def test_an_examination_needs_an_organisation_to_play_examples() -> None:
    examined = examine(read_source(LIBRARY, "library.yaml"))
    assert [finding.code for finding in examined.findings] == ["examples_not_played"]
    assert examined.sound
    assert examined.played == 0


def test_an_examination_tells_everything_up_to_the_examples() -> None:
    files = {
        "units.csv": b"id,parent,level,name_en,last_resort\nmain,,head,Main,p1\neast,main,branch,East,\n",
        "people.csv": b"id,name,phone,email\np1,A,,a@library.example\np2,B,,b@library.example\n",
        "posts.csv": b"unit,role,person\nmain,chief,p1\neast,clerk,p2\n",
    }
    right = examine(read_source(LIBRARY, "library.yaml"), files)
    assert (right.findings, right.played, right.sound) == ((), 1, True)
    assert right.compiled is not None
    assert right.compiled.id == compile_policy(LIBRARY).id
    wrong = examine(read_source(library((REPLY_DUE, 'due: {reply: "2026-11-17 11:00"')), "library.yaml"), files)
    assert [finding.code for finding in wrong.findings] == ["example_due"]
    assert wrong.findings[0].line == LIBRARY[: LIBRARY.index(REPLY_DUE)].count("\n") + 1
    assert not wrong.sound
