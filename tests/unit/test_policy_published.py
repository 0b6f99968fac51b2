"""What is published of the policy language is what the code says, and the policies that are shipped are right by it."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.support.policies import LIBRARY, library

from complaints.desk.examination import examine
from complaints.desk.policy_findings import finding_line
from complaints.desk.policy_page import policy_page
from complaints.desk.policy_reference import reference_text, schema_text
from complaints.policy.compile import open_source
from complaints.policy.schema import PARTS
from complaints.policy.source import read_source
from complaints.policy.vocabulary import COMMANDS, EVENTS
from complaints.texts import LANGUAGES

ROOT = Path(__file__).parents[2]
POLICIES = sorted((ROOT / "policies").glob("*.yaml"))
SCHEMA: dict[str, Any] = json.loads(schema_text())
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_published_schema_is_the_one_that_the_model_gives() -> None:
    """Run `complaints policy schema > policies/schema.json` after a change of the model."""
    assert (ROOT / "policies" / "schema.json").read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize(("name", "lang"), [("policy-reference.md", "en"), ("policy-reference.zh-CN.md", "zh-CN")])
def test_the_published_reference_is_the_one_that_the_code_gives(name: str, lang: str) -> None:
    """Run `complaints policy reference --language ... > docs/...` after a change of model or vocabulary."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == reference_text(lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_reference_knows_every_part_command_and_event(lang: str) -> None:
    text = reference_text(lang)
    assert all(f"\n## {part}\n" in text for part in PARTS)
    assert all(f"| `{name}` |" in text for name in [*COMMANDS, *EVENTS])


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_everything_that_can_be_written_is_described_in_both_languages() -> None:
    """Add what is missing to texts/rulebook.*.json, then publish schema and reference again."""
    parts = {"Policy": SCHEMA, **SCHEMA["$defs"]}
    bare = [name for name, part in parts.items() if not part["description"]]
    bare += [
        f"{name}.{key}"
        for name, part in parts.items()
        for key, described in part.get("properties", {}).items()
        if not described["description"]
    ]
    assert bare == []


def errors(text: str) -> list[str]:
    return ["/".join(map(str, error.path)) for error in VALIDATOR.iter_errors(read_source(text).data)]


def test_the_schema_takes_what_is_right() -> None:
    assert errors(LIBRARY) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (("retention:", "retenton:"), ""),
        (("do: [dispatch]", "do: [despatch]"), "actions/1/do/0"),
        (("stops: [{event: closed}]", "stops: [{event: close}]"), "deadlines/reply/stops/0/event"),
        (("phase: closed", "phase: shut"), "kinds/complaint/states/done/phase"),
        (("working_hours: 8, calendar: desk", "working_hours: 8"), "deadlines/reply/limits/1/limit"),
        (("{days: {over: 30}}", "{days: {ovr: 30}}"), "derived/severity/0/when/any/1/days"),
        (("retention:", "reports: {indicators: [{figre: on_time}]}\nretention:"), "reports/indicators/0"),
        (('[["09:00", "17:00"]], tue', '[["9", "17:00"]], tue'), "calendars/desk/week/mon/0/0"),
    ],
)
def test_the_schema_refuses_what_is_wrong_at_its_place(change: tuple[str, str], place: str) -> None:
    assert place in errors(library(change))


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_a_shipped_policy_fits_the_schema(path: Path) -> None:
    assert errors(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_a_shipped_policy_is_sound_and_its_examples_come_as_written(path: Path) -> None:
    sample = ROOT / "policies" / "sample" / path.stem
    files = {file.name: file.read_bytes() for file in sample.glob("*.csv")}
    examined = examine(open_source(path), files)
    assert examined.sound, "\n".join(finding_line(finding, path.name, "en") for finding in examined.findings)
    assert examined.compiled is not None
    assert examined.played == len(examined.compiled.policy.examples)


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_shipped_policy_can_be_shown_to_those_who_must_agree(path: Path, lang: str) -> None:
    compiled = examine(open_source(path)).compiled
    assert compiled is not None
    page = policy_page(compiled.policy, compiled.id, lang)
    assert page.count("```mermaid") == len(compiled.policy.kinds)
