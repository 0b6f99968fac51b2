"""What the policy language has, for those who write it: the JSON Schema and the reference, both made from the model."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args, get_origin

import msgspec

from complaints.policy import scope
from complaints.policy.conditions import TESTS
from complaints.policy.limits import FORMS, WORDS
from complaints.policy.model import Condition, LimitSpec, Policy, Text
from complaints.policy.schema import PARTS, UNWRITTEN, parts_of, schema
from complaints.policy.vocabulary import COMMANDS, EVENTS, PARAMETERS, SYSTEM_EVENTS
from complaints.reporting import plan
from complaints.structs import FieldInfo, fields_of
from complaints.texts import LANGUAGES, has, language, text


def schema_text() -> str:
    """The schema as it is published: each description in both languages, because editors show the one that is there."""
    made = schema(
        lambda code: "\n".join(_described(code, lang) for lang in reversed(LANGUAGES)).strip(),
        {"reports": (plan.ReportPlan, plan)},
    )
    return msgspec.json.format(msgspec.json.encode(made), indent=2).decode() + "\n"


def reference_text(lang: str = "en") -> str:
    """The reference of the policy language as Markdown."""
    return "\n".join(_Reference(language(lang)).lines()).rstrip() + "\n"


def _described(code: str, lang: str) -> str:
    """A description; nothing where nobody has written one yet, which a test tells of."""
    return text(f"rulebook.{code}", lang) if has(f"rulebook.{code}") else ""


class _Reference:
    def __init__(self, lang: str) -> None:
        self.lang = lang

    def say(self, code: str) -> str:
        return _described(code, self.lang)

    def head(self, code: str) -> str:
        return self.say(f"reference.{code}")

    def lines(self) -> Iterator[str]:
        yield from (f"# {self.head('title')}", "", self.head("intro"), "")
        yield from self._parts(PARTS, Policy.__name__)
        yield from self._parts(parts_of(plan), plan.ReportPlan.__name__, "Reports")
        yield from self._texts_and_limits()
        yield from self._conditions()
        yield from self._commands()
        yield from self._events()
        yield from (f"## {self.head('parameters')}", "", self.head("parameters_intro"), "")
        yield from (self._codes(PARAMETERS), "")

    def _parts(self, parts: Mapping[str, Any], first: str, prefix: str = "") -> Iterator[str]:
        for name in [first, *sorted(name for name in parts if name != first)]:
            yield from (f"## {prefix}{name}", "", f"{self.say(f'part.{prefix}{name}')}", "")
            rows = [
                (f"`{field.name}`", _type(field.type, parts, prefix), self._default(field), self.say(code))
                for field in fields_of(parts[name])
                if (f"{prefix}{name}", field.name) not in UNWRITTEN
                for code in [f"field.{prefix}{name}.{field.name}"]
            ]
            yield from self._table(("key", "type", "default", "meaning"), rows)

    def _default(self, field: FieldInfo) -> str:
        if field.required:
            return self.head("required")
        value = field.default
        shown = value is not msgspec.NODEFAULT and value not in ("", (), None)
        return f"`{msgspec.json.encode(value).decode()}`" if shown else ""

    def _texts_and_limits(self) -> Iterator[str]:
        yield from ("## Text", "", self.say("part.Text"), "")
        yield from ("## Limit", "", self.say("part.Limit"), "")
        rows = [
            (f"`{form}`", ", ".join(self._also(form, other) for other in others), self.say(f"limit.{form}"))
            for form, others in FORMS.items()
        ]
        yield from self._table(("key", "also", "meaning"), rows)

    def _also(self, form: str, other: str) -> str:
        words = WORDS.get((form, other), ())
        return f"`{other}`" + (f": {' / '.join(words)}" if words else "")

    def _conditions(self) -> Iterator[str]:
        yield from ("## Condition", "", self.say("part.Condition"), "")
        combiners = [(f"`{name}`", self.say(f"term.{name}")) for name in ("any", "all", "not")]
        yield from self._table(("key", "meaning"), [*combiners, *((f"`{t}`", self.say(f"test.{t}")) for t in TESTS)])
        yield from (f"### {self.head('names')}", "", self.head("names_intro"), "")
        rows = [
            (self.head("of_case"), self._codes((*scope.OF_CASE, "mentioned", "today"))),
            (self.head("of_policy"), "`<field>`, `<derived>`, `<counter>`"),
            ("`case.`", self._codes(scope.CASE_NAMES)),
            ("`order.`", self._codes((*scope.ORDER_NAMES, "count.<event>"))),
            ("`ruling.`", self._codes(scope.RULING_NAMES)),
            ("`actor.`", self._codes(scope.ACTOR_NAMES)),
            ("`count.`", self.head("any_event")),
            ("`event.`", self.head("event_fields")),
        ]
        yield from self._table(("where", "names"), rows)

    def _commands(self) -> Iterator[str]:
        yield from (f"## {self.head('commands')}", "", self.head("commands_intro"), "")
        rows = []
        for name, shape in COMMANDS.items():
            said = [
                f"`{param.name}`"
                + ("\\*" if param.required else "")
                + ("°" if param.personal else "")
                + f" {param.type}"
                for param in shape.params
            ]
            rows.append((f"`{name}`", self.say(f"command.{name}"), f"`{shape.event}`", shape.on, ", ".join(said)))
        yield from self._table(("command", "meaning", "event", "on", "fields"), rows)

    def _events(self) -> Iterator[str]:
        yield from (f"## {self.head('events')}", "", self.head("events_intro"), "")
        rows = []
        for name in sorted(EVENTS):
            by = ", ".join(f"`{command}`" for command in scope.commands_of(name))
            if name in SYSTEM_EVENTS and not by:
                by = self.head("by_system")
            personal = scope.personal_of(name)
            said = [one for one in scope.data_of(name) if one not in ("type", *personal)]
            rows.append((f"`{name}`", self.say(f"event.{name}"), by, self._codes(said)))
        yield from self._table(("event", "meaning", "made_by", "said"), rows)

    def _codes(self, names: Sequence[str]) -> str:
        return ", ".join(f"`{name}`" for name in names)

    def _table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
        for row in ([self.head(head) for head in heads], ["---"] * len(heads), *rows):
            yield "| " + " | ".join(cell.replace("|", "\\|") or " " for cell in row) + " |"
        yield ""


def _type(kind: Any, parts: Mapping[str, Any], prefix: str) -> str:
    """A type of the model as the reference writes it."""
    for alias, name in ((Text, "Text"), (plan.Text, "Text"), (Condition, "Condition"), (LimitSpec, "Limit")):
        if kind is alias:
            return f"[{name}](#{name.lower()})"
    inner = [_type(one, parts, prefix) for one in get_args(kind) if one not in (type(None), ...)]
    if get_origin(kind) is tuple:
        return f"[{inner[0]}, ...]"
    if get_origin(kind) in (dict, Mapping):
        return f"{{name: {inner[1]}}}"
    if inner:
        return " / ".join(inner)
    if isinstance(kind, str):
        return f"`{kind}`"
    name = getattr(kind, "__name__", str(kind))
    if name in parts:
        return f"[{prefix}{name}](#{prefix.lower()}{name.lower()})"
    return {"str": "text", "int": "number", "float": "number", "bool": "true / false"}.get(name, "any")
