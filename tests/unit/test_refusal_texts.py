"""Whatever the rules refuse is told in a sentence of its own, and the words of the vocabulary have names for people."""

import ast
from pathlib import Path

import pytest

from complaints.policy.vocabulary import COMMANDS, EVENTS
from complaints.texts import LANGUAGES, has, text

CASE = Path(__file__).parents[2] / "src" / "complaints" / "case"


def _codes() -> set[str]:
    """The codes that the rules of a case refuse with: the second argument of every `Problem` and `refuse`."""
    found: set[str] = set()
    for path in CASE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("Problem", "refuse"):
                    found.add(str(node.args[1].value))
    return found


def test_every_refusal_of_the_rules_has_a_sentence() -> None:
    codes = _codes()
    assert len(codes) > 15
    assert [code for code in sorted(codes) if not has(f"refusal.{code}")] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_command_event_and_field_has_a_name(lang: str) -> None:
    fields = {param.name for shape in COMMANDS.values() for param in shape.params}
    named = [f"desk.command.{name}" for name in COMMANDS]
    named += [f"desk.event.{name}" for name in sorted(EVENTS)]
    named += [f"desk.param.{name}" for name in sorted(fields)]
    assert [code for code in named if not has(code) or not text(code, lang)] == []
