"""Refusals told to people: what a problem names by id is called by the policy's and the catalogue's words."""

from collections.abc import Iterable, Mapping
from typing import Any

from complaints.case.values import Problem
from complaints.policy.model import Policy
from complaints.policy.vocabulary import CATALOGUES
from complaints.texts import has, text
from complaints.web.language import worded

_KNOWN = {"not_your_order": "roles", "not_running": "deadlines", "wrong_parent": "order_types"}
"""What the list of possible values is a list of, by the problem's code."""

_SIGNED = "signed:"
"""Before the id of a paper: that paper, once it is signed."""


def in_words(problem: Problem, policy: Policy, lang: str, kind: str = "") -> Problem:
    """The problem with names in place of ids; `kind` is that of the case, whose states it may name."""
    if problem.code == "wrong_level":
        # levels have no names of their own
        return Problem(problem.field, "desk.wrong_level")
    if problem.code == "bad_limit":
        return Problem("by.hours", "desk.bad_length")
    paper = str(problem.params.get("paper", ""))
    if paper.startswith(_SIGNED):
        called = _called(policy.papers, paper.removeprefix(_SIGNED), lang)
        return Problem(problem.field, "desk.paper.unsigned", {"paper": called})
    params = dict(problem.params)
    for name, value in problem.params.items():
        if isinstance(value, str):
            params[name] = _name(problem, name, value, policy, lang, kind)
    return Problem(problem.field, problem.code, params)


def _name(problem: Problem, name: str, value: str, policy: Policy, lang: str, kind: str) -> str:
    if name == "paper":
        return _called(policy.papers, value, lang)
    if name in ("event", "command"):
        return text(f"desk.{name}.{value}", lang) if has(f"desk.{name}.{value}") else value
    if name == "state" and problem.code == "wrong_order_state":
        return text(f"desk.order.{value}", lang) if has(f"desk.order.{value}") else value
    if name == "state":
        kinds = [policy.kinds[kind]] if kind in policy.kinds else policy.kinds.values()
        return next((worded(one.states[value].name, lang) for one in kinds if value in one.states), value)
    if name == "cause":
        return _called(policy.causes, value, lang)
    section = _KNOWN.get(problem.code) or CATALOGUES.get(problem.field, "")
    if name in ("known", "value") and section:
        names = _names(value.split(", "), getattr(policy, section), lang)
        return text("desk.door.and", lang).join(names)
    return value


def _names(ids: Iterable[str], section: Mapping[str, Any], lang: str) -> list[str]:
    return [_called(section, one, lang) for one in ids]


def _called(section: Mapping[str, Any], id: str, lang: str) -> str:
    return worded(section[id].name, lang) if id in section else id
