"""A policy file becomes one canonical document, named by its content, or is refused with everything that is wrong."""

from pathlib import Path

import pytest
from tests.support.policies import LIBRARY, library

from complaints.policy.compile import compile_policy
from complaints.policy.findings import PolicyError
from complaints.policy.model import load


def refused(*changes: tuple[str, str]) -> list[tuple[str, str, int]]:
    """(code, what was meant or is missing, line)."""
    with pytest.raises(PolicyError) as error:
        compile_policy(library(*changes))
    return [
        (finding.code, str(finding.params.get("meant") or finding.params.get("key", "")), finding.line)
        for finding in error.value.findings
    ]


def line_of(text: str) -> int:
    return LIBRARY[: LIBRARY.index(text)].count("\n") + 1


def test_the_document_is_what_run_time_loads() -> None:
    compiled = compile_policy(LIBRARY)
    assert load(compiled.document) == compiled.policy
    assert compiled.policy.id == compiled.id
    assert len(compiled.id) == 16


def test_the_id_is_that_of_the_rules_and_not_of_their_layout(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(
        "# a remark\n" + LIBRARY.replace("retention: {months: 12}", "retention:\n  months: 12"), encoding="utf-8"
    )
    assert compile_policy(file) == compile_policy(LIBRARY)
    assert (
        compile_policy(library(("retention: {months: 12}", "retention: {months: 13}"))).id != compile_policy(LIBRARY).id
    )


def test_names_keep_the_order_of_the_file() -> None:
    """Derived fields may use those before them, whatever their names are."""
    more = "derived:\n  zeal:\n    - {value: high, when: {rare: true}}\n"
    policy = compile_policy(library(("derived:\n", more))).policy
    assert list(policy.derived) == ["zeal", "severity"]
    assert list(policy.kinds["complaint"].states) == ["new", "answered", "done"]


def test_a_byte_order_mark_does_no_harm_and_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(LIBRARY, encoding="utf-8-sig")
    assert compile_policy(file).id == compile_policy(LIBRARY).id
    file.write_bytes(LIBRARY.encode("gb18030"))
    with pytest.raises(PolicyError) as error:
        compile_policy(file)
    assert error.value.findings[0].code == "not_utf8"


@pytest.mark.parametrize(
    ("old", "new", "code", "meant"),
    [
        ("retention:", "retenton:", "unknown_key_near", "retention"),
        ("    start: new\n", "", "missing_key", "start"),
        ('version: "1"', "version: 1", "no_text", ""),
        ("    pauses: true", "    pauses: yes", "no_boolean", ""),
        ("    extendable: 1", "    extendable: 1.5", "no_number", ""),
        ("phase: closed", "phase: clsoed", "unknown_word_near", "closed"),
        ("phase: closed", "phase: 完", "unknown_word", ""),
        ("{do: [rate], by: [customer], ", "{do: rate, by: [customer], ", "no_list", ""),
        ("    scope: order", "    scope: [order]", "unknown_word_near", "order"),
        ("  desk: {name: {zh-CN: 柜台, en: desk}}", "  desk:", "empty_mapping", ""),
        ("{zh-CN: 馆员, en: clerk}", "{zh-CN: 馆员, en: 4}", "no_text", ""),
        ("{zh-CN: 查找单, en: search}", "search", "no_mapping", ""),
        ("  consent: {zh-CN: 同意, en: I agree}", "  consent: {zh-CN: 同意, en: }", "empty_text", ""),
    ],
)
def test_a_wrong_shape_is_named_with_its_line_and_the_remedy(old: str, new: str, code: str, meant: str) -> None:
    found = refused((old, new))
    assert [(one, said) for one, said, _ in found] == [(code, meant)]


def test_the_line_is_that_of_the_mistake() -> None:
    assert refused(("phase: closed", "phase: clsoed"))[0][2] == line_of("phase: closed")
    assert refused(("retention:", "retenton:"))[0][2] == line_of("retention:")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    found = refused(('version: "1"', "version: 1"), ("phase: closed", "phase: clsoed"), ("retention:", "retenton:"))
    assert [code for code, _, _ in found] == ["no_text", "unknown_word_near", "unknown_key_near"]


def test_the_id_cannot_be_written_by_hand() -> None:
    assert [code for code, _, _ in refused(('version: "1"', 'version: "1"\nid: abc'))] == ["unknown_key"]
