"""The section `reports` of a policy is checked like the rest: shape, figures, names, languages."""

import pytest
from tests.support.policies import library

from complaints.desk.policy_findings import finding_line
from complaints.desk.report_check import report_findings
from complaints.policy.shape import read_policy
from complaints.policy.source import read_source
from complaints.texts import LANGUAGES

RIGHT = """reports:
  severity: severity
  region: shelf
  entered: {books: {zh-CN: 册数, en: books}}
  groups: {complaint: {name: {zh-CN: 投诉, en: complaints}}}
  filing: {kind: complaint, order_type: search, channel: desk, period: days, report: shelf}
  indicators:
    - {figure: on_time, name: {zh-CN: 按时率, en: on time}, goal: 0.9, deadlines: [reply]}
  limits:
    - {of: indicator, place: 0, above: 0.5}
    - {of: category, id: late, above: 3}
  targets:
    - {name: {zh-CN: 投诉量, en: complaints}, change: -0.2, entered: books}
"""


def told(old: str = "", new: str = "") -> list[tuple[str, str, int]]:
    section = RIGHT.replace(old, new, 1) if old else RIGHT
    assert not old or section != RIGHT
    source = read_source(library(("retention:", f"{section}retention:")))
    found = list(report_findings(read_policy(source)))
    for finding in found:
        assert finding.path[0] == "reports"
        assert all(finding_line(finding, "f", lang) for lang in LANGUAGES)
    return [(one.code, str(one.params.get("meant", "")), source.placed(one).line) for one in found]


def test_nothing_is_wrong_with_a_right_section_and_none_is_needed() -> None:
    assert told() == []
    assert list(report_findings(read_policy(read_source(library())))) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "meant"),
    [
        ("  indicators:", "  indicatrs:", "unknown_key_near", "indicators"),
        ("goal: 0.9", "goal: most", "no_number", ""),
        ("of: indicator", "of: indicater", "unknown_word_near", "indicator"),
        ("figure: on_time", "figure: in_time", "unknown_name_near", "on_time"),
        ("deadlines: [reply]", "deadlines: [replay]", "unknown_name_near", "reply"),
        ("severity: severity", "severity: severty", "unknown_name_near", "severity"),
        ("region: shelf", "region: shelve", "unknown_name_near", "shelf"),
        ("{complaint: {name", "{complain: {name", "unknown_name_near", "complaint"),
        ("id: late", "id: lat", "unknown_name_near", "late"),
        ("entered: books", "entered: book", "unknown_name_near", "books"),
        ("place: 0", "place: 1", "no_such_indicator", ""),
        ("entered: books", "entered: books, figure: on_time", "target_of_figure_or_entered", ""),
        ("order_type: search", "order_type: serch", "unknown_name_near", "search"),
        ("period: days", "period: dais", "unknown_name_near", "days"),
        ("report: shelf}", "report: shelv}", "unknown_name_near", "shelf"),
        ("channel: desk", "channel: dest", "unknown_name_near", "desk"),
        ("{zh-CN: 册数, en: books}", "{en: books}", "missing_translation", ""),
    ],
)
def test_a_mistake_is_found_at_its_line(old: str, new: str, code: str, meant: str) -> None:
    lines = library(("retention:", f"{RIGHT.replace(old, new, 1)}retention:")).split("\n")
    changed = lines.index(next(line for line in lines if new in line)) + 1
    assert told(old, new) == [(code, meant, changed)]
