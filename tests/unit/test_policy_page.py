"""The page of a policy: everything that people must agree to is on it, in both languages, with a true diagram."""

import re

import pytest
from tests.support.policies import LIBRARY, library

from complaints.desk.policy_page import diagram, policy_page
from complaints.desk.policy_phrases import Phrases
from complaints.policy.compile import compile_policy
from complaints.policy.life import lives
from complaints.policy.shape import read_policy
from complaints.policy.source import read_source
from complaints.texts import LANGUAGES


def page(lang: str, *changes: tuple[str, str]) -> str:
    return policy_page(read_policy(read_source(library(*changes))), "0123456789abcdef", lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_that_has_a_name_is_on_the_page(lang: str) -> None:
    policy = compile_policy(LIBRARY).policy
    text = page(lang)
    names = [
        policy.name,
        *(kind.name for kind in policy.kinds.values()),
        *(state.name for state in policy.kinds["complaint"].states.values()),
        *(order_type.name for order_type in policy.order_types.values()),
        *(deadline.name for deadline in policy.deadlines.values()),
        *(rung.name for rung in policy.ladders["late"]),
        *(role.name for role in policy.roles.values()),
    ]
    for name in names:
        assert name[lang] in text
    for template in policy.templates.values():
        assert template.text[lang] in text
    assert policy.examples[0].name[lang] in text
    assert "0123456789abcdef" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_row_of_a_table_has_as_many_cells_as_its_head(lang: str) -> None:
    width = 0
    for line in page(lang).split("\n"):
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert cells in (width, 0) or width == 0, line
        width = cells


def test_limits_conditions_and_recipients_are_sentences() -> None:
    english = page("en")
    assert "8 working hours (desk)" in english
    assert "4 hours (severity is grave)" in english
    assert "reminders: 1 working hour (desk): clerk (lead unit)" in english
    assert "rare is yes or days is over 30 or what the customer mentions holds 报社" in english
    assert "Kept for 12 months after closing." in english
    chinese = page("zh-CN")
    assert "8 个工作小时（desk）" in chinese
    assert "4 个小时（紧急程度 为 grave）" in chinese
    assert "珍本 为 是 或 天数 大于 30" in chinese


def test_the_diagram_draws_what_can_happen_and_nothing_else() -> None:
    policy = compile_policy(LIBRARY).policy
    lines = list(diagram(Phrases(policy, "en"), "complaint", lives(policy)["complaint"].moves))
    assert lines == [
        "stateDiagram-v2",
        "    direction LR",
        '    state "new" as s0',
        '    state "answered" as s1',
        '    state "done" as s2',
        "    [*] --> s0",
        "    s0 --> s1 : answer",
        "    s1 --> s2 : close",
        "    s2 --> [*]",
    ]


def test_what_the_system_does_is_drawn_with_its_event_and_names_cannot_break_the_diagram() -> None:
    automation = "automations:\n  - {on: {event: missed}, to: done}\nnotices:\n"
    text = page("en", ("notices:\n", automation), ("en: answered}}", 'en: "ans: \\"we\\" red"}}'))
    assert "s0 --> s2 : deadline missed" in text
    assert "ans： ”we” red" in text


def test_a_cell_with_a_bar_or_a_line_stays_one_cell() -> None:
    text = page("en", ('en: "{reference} is late"', 'en: "{reference} | is\\nlate"'))
    assert "{reference} \\| is<br>late" in text
