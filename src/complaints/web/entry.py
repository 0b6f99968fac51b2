"""Forms for commands, made from the vocabulary and the policy: each field with its label, shape and choices."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from complaints.case.choices import Choices
from complaints.case.fields import SCORES
from complaints.policy.model import Policy
from complaints.policy.vocabulary import CATALOGUES, COMMANDS, Param
from complaints.texts import has, text
from complaints.web.language import worded

_CATALOGUES = {**CATALOGUES, "outcome": "outcomes", "deadline": "deadlines", "reason": "pause_reasons"}
_FIXED = {
    ("confirm", "result"): ("confirmed", "rejected"),
    ("review", "result"): ("pass", "again"),
    ("follow-up", "outcome"): ("continue", "close_callback", "close_no_callback"),
}
_SHAPES = {"number": "text", "money": "text", "date": "date", "instant": "datetime-local", "unit": "text"}
_MODES = {"number": "decimal", "money": "decimal"}
_MADE_ELSEWHERE = frozenset({"mentioned", "facts", "consent", "language", "size", "type"})
_LONG = frozenset({"text", "remark", "reason", "solution", "opinion"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One field of a form. `shape` is `area` or the type of an input; `list` names a list of suggestions, `mode` a
    keyboard; `hint` stands for "optional" where that is not all that is to say. Of `many` choices some are `ticked`."""

    name: str
    label: str
    shape: str = "text"
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    list: str = ""
    value: str = ""
    mode: str = ""
    hint: str = ""
    many: bool = False
    ticked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """The form of one command on the case (`order` 0) or a work order."""

    command: str
    order: int
    label: str
    fields: tuple[Entry, ...]
    open: bool = False


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
        elif not _left_out(command, order, param, policy):
            entries += _narrowed(_entry(command, param, policy, lang, kind, given), param, choices, lang)
    label = text(f"desk.command.{command}", lang)
    return FormView(command=command, order=order, label=label, fields=tuple(entries), open=bool(values))


def _left_out(command: str, order: int, param: Param, policy: Policy) -> bool:
    """What nobody fills in: found out elsewhere, settled when the order was made, or without words in this policy."""
    if param.name in _MADE_ELSEWHERE or (command == "attach" and param.name == "name"):
        return True
    if command == "dispatch" and order and param.name in ("order_type", "parent"):
        return True
    if (command, param.name) == ("dispatch", "parent"):
        return not any(one.parents for one in policy.order_types.values())
    return param.name in CATALOGUES and not param.required and not getattr(policy, CATALOGUES[param.name])


def _choice(value: str, lang: str) -> str:
    return text(f"desk.choice.{value}", lang) if has(f"desk.choice.{value}") else value


def _narrowed(entry: Entry, param: Param, choices: Choices | None, lang: str) -> list[Entry]:
    """The field with the choices that are worth offering; no field where none is left of those that may be left out."""
    if choices is None:
        return [entry]
    required = entry.required or choices.needs(entry.name)
    if param.type == "choice" and not entry.choices:
        named = choices.named(entry.name)
        entry = replace(entry, choices=tuple((value, _choice(value, lang)) for value in named))
    if not entry.choices or param.type != "choice":
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
        mode=_MODES.get(param.type, ""),
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
    if param.name == "score":
        return tuple((score, f"{score} – {text(f'pages.score.{score}', lang)}") for score in map(str, reversed(SCORES)))
    if param.type != "choice" or param.name not in _CATALOGUES:
        return ()
    catalogue: Mapping[str, Any] = getattr(policy, _CATALOGUES[param.name])
    if param.name == "category" and kind in policy.kinds and policy.kinds[kind].categories:
        catalogue = {name: catalogue[name] for name in policy.kinds[kind].categories if name in catalogue}
    return _named(catalogue, lang)


def _named(catalogue: Mapping[str, Any], lang: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, worded(one.name, lang)) for name, one in catalogue.items())


def declared(policy: Policy, lang: str, kind: str, given: Mapping[str, Any]) -> list[Entry]:
    """An entry for every field that the policy declares for this kind of case; before it is chosen, for every kind."""
    inner = given.get("fields")
    values = inner if isinstance(inner, Mapping) else {}
    found = []
    for name, spec in policy.fields.items():
        if kind and spec.kinds and kind not in spec.kinds:
            continue
        choices = tuple((value, worded(words, lang)) for value, words in spec.choices.items())
        if spec.type == "boolean":
            choices = (("true", text("pages.yes", lang)), ("false", text("desk.no", lang)))
        value = values.get(name, "")
        found.append(
            Entry(
                name=f"fields.{name}",
                label=worded(spec.name, lang),
                shape="date" if spec.type == "date" else "text",
                required=kind in spec.required_for,
                choices=choices,
                list="units" if spec.type == "unit" else "",
                mode=_MODES.get(spec.type, ""),
                hint=_wanted_for(spec.required_for, policy, lang) if not kind else "",
                many=spec.type == "list" and bool(choices),
                ticked=tuple(map(str, value)) if isinstance(value, list) else (str(value),),
                value=str(value),
            )
        )
    return found


def _wanted_for(kinds: Iterable[str], policy: Policy, lang: str) -> str:
    """That a field is required for some kinds of case, on a form on which no kind has been chosen yet."""
    names = [worded(policy.kinds[kind].name, lang) for kind in kinds if kind in policy.kinds]
    return text("desk.required_for", lang, kinds=text("desk.door.and", lang).join(names)) if names else ""


def _of_other_kinds(name: str, kinds: Iterable[str], policy: Policy) -> bool:
    """Whether a declared field is about other kinds of case: it is named for them, or required only for them."""
    spec = policy.fields.get(name.removeprefix("fields.")) if name.startswith("fields.") else None
    own = set(spec.kinds or spec.required_for) if spec is not None else set()
    return bool(own) and not own & set(kinds)


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
    kinds = {kind for kind, _ in first[0].choices}
    rest: Iterable[Entry] = [
        entry for name, entry in named.items() if name != "complainant" and not _of_other_kinds(name, kinds, policy)
    ]
    return (*first, *contact, *rest)


def value_text(name: str, value: Any, policy: Policy, lang: str, local: Callable[[str], str]) -> str:
    """A value as people read it: the policy's name for an id, local time for an instant."""
    last = name.rpartition(".")[2]
    if isinstance(value, bool):
        return text("pages.yes" if value else "desk.no", lang)
    if isinstance(value, str):
        catalogue = getattr(policy, _CATALOGUES.get(last, ""), {})
        if value in catalogue:
            return worded(catalogue[value].name, lang)
        spec = policy.fields.get(last)
        if spec is not None and value in spec.choices:
            return worded(spec.choices[value], lang)
        if last.endswith("_at") or last == "until":
            return _moment(value, local)
        return _choice(value, lang)
    if isinstance(value, list | tuple):
        return text("desk.door.and", lang).join(value_text(name, one, policy, lang, local) for one in value)
    return "" if value is None or isinstance(value, Mapping) else str(value)


def _moment(value: str, local: Callable[[str], str]) -> str:
    try:
        return local(value)
    except ValueError:
        return value
