"""Forms for commands, made from the vocabulary and the policy: each field with its label, shape and choices."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from complaints.case.choices import Choices
from complaints.policy.model import Policy, Text
from complaints.policy.vocabulary import CATALOGUES, COMMANDS, Param
from complaints.texts import has, text

_CATALOGUES = {**CATALOGUES, "outcome": "outcomes", "deadline": "deadlines"}
_FIXED = {
    ("confirm", "result"): ("confirmed", "rejected"),
    ("review", "result"): ("pass", "again"),
    ("follow-up", "outcome"): ("continue", "close_callback", "close_no_callback"),
}
_SHAPES = {"number": "text", "money": "text", "date": "date", "instant": "datetime-local", "unit": "text"}
_MADE_ELSEWHERE = frozenset({"mentioned", "facts", "consent", "language", "size", "type"})
_LONG = frozenset({"text", "remark", "reason", "solution", "opinion"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One field of a form. `shape` is `area` or the type of an input; `list` names a list of suggestions."""

    name: str
    label: str
    shape: str = "text"
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    list: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """The form of one command on the case (`order` 0) or a work order."""

    command: str
    order: int
    label: str
    fields: tuple[Entry, ...]
    open: bool = False


def _say(words: Text, lang: str) -> str:
    return words.get(lang) or next(iter(words.values()), "")


def form_of(
    command: str,
    order: int,
    policy: Policy,
    lang: str,
    kind: str,
    values: Mapping[str, Any] | None = None,
    choices: Choices | None = None,
) -> FormView:
    """The form of a command; `values` is what it was sent back with, `choices` what the policy would take here."""
    given = values or {}
    entries: list[Entry] = []
    for param in COMMANDS[command].params:
        if param.name == "fields":
            entries += declared(policy, lang, kind, given)
        elif param.name == "file":
            entries.append(Entry(name="file", label=_label("file", lang), shape="file", required=True))
        elif param.name == "by":
            entries.append(Entry(name="by.hours", label=_label("by", lang), required=True))
        elif not _left_out(command, param, policy):
            entries += _narrowed(_entry(command, param, policy, lang, kind, given), choices)
    label = text(f"desk.command.{command}", lang)
    return FormView(command=command, order=order, label=label, fields=tuple(entries), open=bool(values))


def _left_out(command: str, param: Param, policy: Policy) -> bool:
    """What nobody fills in: what is found out elsewhere, and what this policy has no words for."""
    if param.name in _MADE_ELSEWHERE or (command == "attach" and param.name == "name"):
        return True
    if (command, param.name) == ("dispatch", "parent"):
        return not any(one.parents for one in policy.order_types.values())
    return param.name in CATALOGUES and not param.required and not getattr(policy, CATALOGUES[param.name])


def _narrowed(entry: Entry, choices: Choices | None) -> list[Entry]:
    """The field with the choices that are worth offering; no field where none is left of those that may be left out."""
    if choices is None:
        return [entry]
    required = entry.required or choices.needs(entry.name)
    if not entry.choices or {value for value, _ in entry.choices} == {"true", "false"}:
        return [replace(entry, required=required)]
    kept = tuple(one for one in entry.choices if choices.allows(entry.name, one[0]))
    return [replace(entry, choices=kept, required=required)] if kept or required else []


def _entry(command: str, param: Param, policy: Policy, lang: str, kind: str, given: Mapping[str, Any]) -> Entry:
    choices = _choices(command, param, policy, lang, kind)
    long = (param.type == "text" and param.name in _LONG) or param.type == "list"
    return Entry(
        name=param.name,
        label=_label(param.name, lang),
        shape="area" if long else _SHAPES.get(param.type, "text"),
        required=param.required,
        choices=choices,
        list="units" if param.type == "unit" else "",
        value=str(given.get(param.name, "")) if isinstance(given.get(param.name, ""), str) else "",
    )


def _label(name: str, lang: str) -> str:
    return text(f"desk.param.{name}", lang) if has(f"desk.param.{name}") else name


def _choices(command: str, param: Param, policy: Policy, lang: str, kind: str) -> tuple[tuple[str, str], ...]:
    if param.type == "boolean":
        return (("true", text("pages.yes", lang)), ("false", text("desk.no", lang)))
    fixed = _FIXED.get((command, param.name))
    if fixed is not None:
        return tuple((value, text(f"desk.choice.{value}", lang)) for value in fixed)
    if (command, param.name) == ("pause", "reason"):
        return _named(policy.pause_reasons, lang)
    if param.type != "choice" or param.name not in _CATALOGUES:
        return ()
    catalogue: Mapping[str, Any] = getattr(policy, _CATALOGUES[param.name])
    if param.name == "category" and kind in policy.kinds and policy.kinds[kind].categories:
        catalogue = {name: catalogue[name] for name in policy.kinds[kind].categories if name in catalogue}
    return _named(catalogue, lang)


def _named(catalogue: Mapping[str, Any], lang: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, _say(one.name, lang)) for name, one in catalogue.items())


def declared(policy: Policy, lang: str, kind: str, given: Mapping[str, Any]) -> list[Entry]:
    """An entry for every field that the policy declares."""
    inner = given.get("fields")
    values = inner if isinstance(inner, Mapping) else {}
    found = []
    for name, spec in policy.fields.items():
        choices = tuple((value, _say(words, lang)) for value, words in spec.choices.items())
        if spec.type == "boolean":
            choices = (("true", text("pages.yes", lang)), ("false", text("desk.no", lang)))
        found.append(
            Entry(
                name=f"fields.{name}",
                label=_say(spec.name, lang),
                shape="date" if spec.type == "date" else "text",
                required=kind in spec.required_for,
                choices=choices,
                list="units" if spec.type == "unit" else "",
                value=str(values.get(name, "")),
            )
        )
    return found


def register_entries(
    policy: Policy, lang: str, given: Mapping[str, Any], choices: Choices | None = None
) -> tuple[Entry, ...]:
    """The fields of the form by which the staff register a complaint."""
    person = given.get("complainant")
    known = person if isinstance(person, Mapping) else {}
    form = form_of("register", 0, policy, lang, str(given.get("kind", "")), given, choices)
    named = {entry.name: entry for entry in form.fields}
    contact = [
        Entry(
            name=f"complainant.{name}",
            label=text(f"pages.field.{name}", lang),
            shape=shape,
            value=str(known.get(name, "")),
        )
        for name, shape in (("name", "text"), ("phone", "tel"), ("email", "email"))
    ]
    first = [named.pop(name) for name in ("kind", "channel", "text", "category") if name in named]
    rest: Iterable[Entry] = [entry for name, entry in named.items() if name != "complainant"]
    return (*first, *contact, *rest)


def value_text(name: str, value: Any, policy: Policy, lang: str, local: Callable[[str], str]) -> str:
    """A value as people read it: the policy's name for an id, local time for an instant."""
    last = name.rpartition(".")[2]
    if isinstance(value, bool):
        return text("pages.yes" if value else "desk.no", lang)
    if isinstance(value, str):
        catalogue = getattr(policy, _CATALOGUES.get(last, ""), {})
        if value in catalogue:
            return _say(catalogue[value].name, lang)
        spec = policy.fields.get(last)
        if spec is not None and value in spec.choices:
            return _say(spec.choices[value], lang)
        if last.endswith("_at") or last == "until":
            return _moment(value, local)
        return text(f"desk.choice.{value}", lang) if has(f"desk.choice.{value}") else value
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return "" if value is None or isinstance(value, Mapping) else str(value)


def _moment(value: str, local: Callable[[str], str]) -> str:
    try:
        return local(value)
    except ValueError:
        return value
