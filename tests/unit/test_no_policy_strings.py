"""No organisation's own word stands in the product: what a policy names is data, so that the next policy needs no code.

Words of the policy language itself (commands, their fields, events, states of an order, keys of the model, figures) are
the product's. A few everyday words are both somebody's name for something and the product's word for something else;
each is listed with what the product means by it.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from tests.support.play import NAMES, policy, units

from complaints.policy import model, scope
from complaints.policy.vocabulary import COMMANDS, EVENTS, PARAMETERS
from complaints.reporting import facts, plan
from complaints.reporting.register import FIGURES
from complaints.structs import fields_of, is_struct

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "functions").rglob("*.py")])
SIXTH = ROOT / "tests" / "sixth"

EVERYDAY = {
    "acknowledgement": "a key of the intake",
    "area": "an HTML element",
    "cc": "the header of a mail's copies",
    "claims": "what a token says",
    "complaint": "what an inbound message is, beside a reply and a bounce",
    "contents": "a part of a page",
    "customer": "who is no member of staff",
    "delayed": "what a delivery report says",
    "delivered": "what a carrier says of a text",
    "delivery": "a word that mail programs write",
    "difficult": "a list of the report",
    "due": "the index of what must happen",
    "email": "a kind of identifier",
    "filed": "a report that was handed in",
    "fine": "how urgent a line of the work list is",
    "group": "kinds that are charted together",
    "handler": "the entry point of a function",
    "late": "past the due instant",
    "lost": "customers that a report counts as gone",
    "no": "what people type for false",
    "none": "an HTML or CSS word",
    "official": "how certain a year's holidays are",
    "parcel": "a kind of identifier",
    "parts": "pieces of a message or a fact",
    "pending": "a notice that is still to be sent",
    "phone": "a kind of identifier",
    "query": "the part of a URL",
    "refused": "what an answer to a command can be",
    "reply": "what an inbound message can be",
    "report": "what a carrier sends back",
    "service": "a key of a log line",
    "severity": "what a policy's reports and texts call grave",
    "survey": "a file of rows and its upload",
    "unsolved": "a treatment that a report compares",
    "urgent": "a text that ignores quiet hours",
    "vin": "a kind of identifier",
    "warning": "a finding that is no error",
    "yes": "what people type for true",
}


def names_of(name: str, folder: Path | None = None) -> set[str]:
    """Every name that a policy and its sample organisation give to something."""
    own = policy(name, folder) if folder else policy(name)
    found = {own.policy, *own.levels}
    for section in own.__struct_fields__:
        value = getattr(own, section)
        if isinstance(value, dict) and section not in ("reports", "name", "retention"):
            found |= set(value)
    for kind in own.kinds.values():
        found |= set(kind.states)
    for declared in own.fields.values():
        found |= set(declared.choices)
    for choices in own.derived.values():
        found |= {choice.value for choice in choices}
    return found | set(units(name, folder) if folder else units(name))


def language() -> set[str]:
    """The words of the policy language and of the figures."""
    found = {*COMMANDS, *EVENTS, *FIGURES, *scope.ORDER_STATES, *scope.PHASES, *scope.CASE_NAMES, *PARAMETERS}
    found |= {param.name for shape in COMMANDS.values() for param in shape.params}
    for module in (model, plan, facts):
        for one in vars(module).values():
            if is_struct(one):
                found |= {field.name for field in fields_of(one)}
                found |= {word for field in fields_of(one) for word in get_args(field.type) if isinstance(word, str)}
    return found


@cache
def literals() -> tuple[tuple[str, str], ...]:
    """The texts in the product's code, docstrings left out, each with its file and line."""
    return tuple((node.value, f"{path.relative_to(ROOT)}:{node.lineno}") for path in SOURCES for node in _texts(path))


def _texts(path: Path) -> Iterator[Any]:
    tree = ast.parse(path.read_text("utf-8"))
    docs: set[int] = set()
    for node in ast.walk(tree):
        body: Any = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else ():
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                docs.add(id(statement.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node


def uses(words: set[str]) -> dict[str, list[str]]:
    """Where in the product these words stand as a text of their own."""
    found: dict[str, list[str]] = {}
    for text, place in literals():
        if text in words:
            found.setdefault(text, []).append(place)
    return found


@pytest.mark.parametrize("name", [*NAMES, "rail"])
def test_no_name_of_a_policy_occurs_in_the_product(name: str) -> None:
    own = names_of(name, SIXTH) if name == "rail" else names_of(name)
    assert uses(own - language() - set(EVERYDAY)) == {}


@pytest.mark.parametrize("name", [*NAMES, "rail"])
def test_no_name_of_several_words_occurs_even_inside_a_text(name: str) -> None:
    own = names_of(name, SIXTH) if name == "rail" else names_of(name)
    long = {word for word in own - language() - set(EVERYDAY) if "_" in word or "-" in word}
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, sorted(long))) + r")\b")
    found = {place: match.group() for text, place in literals() if (match := pattern.search(text))}
    assert found == {}


def test_every_everyday_word_is_still_used_by_the_product_and_by_a_policy() -> None:
    named = {word for name in NAMES for word in names_of(name)}
    assert set(EVERYDAY) - set(uses(set(EVERYDAY))) == set()
    assert set(EVERYDAY) - named == set()
