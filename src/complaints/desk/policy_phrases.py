"""The parts of a policy in words: durations, conditions, people, events, in the reader's language."""

from collections.abc import Iterable, Mapping
from typing import Any

from complaints.case.wording import in_language
from complaints.policy.limits import FORMS
from complaints.policy.model import Condition, LimitSpec, Policy, Recipient, Requirement, Text, Trigger
from complaints.policy.vocabulary import CATALOGUES
from complaints.texts import has, language, text


class Phrases:
    """How one policy's parts are said in one language."""

    def __init__(self, policy: Policy, lang: str) -> None:
        self.policy = policy
        self.lang = language(lang)

    def say(self, code: str, **params: object) -> str:
        """A sentence of the page."""
        return text(f"rulebook.page.{code}", self.lang, **params)

    def of(self, words: Text) -> str:
        """A text of the policy."""
        return in_language(words, self.lang, self.policy)

    def named(self, catalogue: str, code: str) -> str:
        """The name of something that the policy defines; the code itself where it has none."""
        found: Mapping[str, Any] = getattr(self.policy, catalogue)
        return self.of(found[code].name) if code in found else code

    def listed(self, catalogue: str, codes: Iterable[str]) -> str:
        """Several such names."""
        return self.joined(self.named(catalogue, code) for code in codes)

    def joined(self, parts: Iterable[str]) -> str:
        """Parts of a list."""
        return ("、" if self.lang == "zh-CN" else ", ").join(parts)

    def command(self, name: str) -> str:
        """A command's name."""
        return text(f"rulebook.command.{name}", self.lang)

    def event(self, name: str) -> str:
        """An event's name."""
        return text(f"rulebook.event.{name}", self.lang)

    def state(self, state: str, kinds: Iterable[str] = ()) -> str:
        """The name of a state, of the kinds meant or of any; a state of several kinds goes by its first name."""
        for kind in [*kinds, *self.policy.kinds]:
            states = self.policy.kinds[kind].states if kind in self.policy.kinds else {}
            if state in states:
                return self.of(states[state].name)
        return state

    # -- time ------------------------------------------------------------------------------------------------

    def limit(self, spec: LimitSpec) -> str:
        """A duration."""
        form = next(key for key in spec if key in FORMS)
        amount = spec[form]
        if form == "end_of_day":
            return (
                self.say("limit_end_of_day_same")
                if amount is True or not amount
                else self.say(f"limit_{form}", n=amount)
            )
        if form in ("slots", "given"):
            return self.say(f"limit_{form}", n=amount)
        one = "_one" if amount == 1 else ""
        return self.say(f"limit_{form}{one}", n=str(amount), calendar=spec.get("calendar", ""))

    def is_nothing(self, spec: LimitSpec) -> bool:
        """Whether a duration has no length."""
        return all(value == 0 for key, value in spec.items() if key in FORMS and key not in ("slots", "given"))

    # -- conditions ------------------------------------------------------------------------------------------

    def condition(self, condition: Condition) -> str:
        """A condition; empty for one that always holds."""
        return self.say("and").join(self._entry(key, wanted) for key, wanted in condition.items())

    def _entry(self, key: str, wanted: Any) -> str:
        if key == "not":
            return self.say("not_that", condition=self.condition(wanted))
        if key in ("any", "all"):
            glue = self.say("or" if key == "any" else "and")
            inner = glue.join(self._grouped(part) for part in wanted)
            return self.say("all_of", conditions=inner) if len(wanted) > 1 else inner
        name = self.term(key)
        if isinstance(wanted, Mapping):
            tests = [
                self.say(f"test_{test}", name=name, value=self._values(key, against))
                for test, against in wanted.items()
            ]
            return self.say("and").join(tests)
        return self.say("is", name=name, value=self._values(key, wanted))

    def _grouped(self, part: Condition) -> str:
        said = self.condition(part)
        return self.say("all_of", conditions=said) if len(part) > 1 else said

    def aside(self, said: str) -> str:
        """Something said in brackets; nothing where there is nothing."""
        gap = "" if self.lang == "zh-CN" else " "
        return gap + self.say("all_of", conditions=said) if said else ""

    def term(self, name: str) -> str:
        """A name of conditions: a field's own name, or where it is looked up."""
        head, _, rest = name.partition(".")
        if rest and head == "count":
            return self.say("term_count", name=self.event(rest))
        if rest and head in ("event", "order", "case", "actor", "ruling"):
            return self.say(f"term_{head}", name=self.said(rest))
        if name in self.policy.fields:
            return self.of(self.policy.fields[name].name)
        return self.said(name)

    def said(self, name: str) -> str:
        """What a command or an event says: a field of the vocabulary, or `fields.` and a declared one."""
        declared = self.policy.fields.get(name.removeprefix("fields."))
        if name.startswith("fields.") and declared is not None:
            return self.of(declared.name)
        return text(f"rulebook.term.{name}", self.lang) if has(f"rulebook.term.{name}") else name

    def _values(self, name: str, wanted: Any) -> str:
        values = wanted if isinstance(wanted, list | tuple) else [wanted]
        return self.say("or").join(self._value(name, value) for value in values)

    def _value(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        short = name.rpartition(".")[2]
        if name in ("order.type", "case.open_orders", "case.order_types"):
            short = "order_type"
        field = self.policy.fields.get(short)
        if field is not None and str(value) in field.choices:
            return self.of(field.choices[str(value)])
        if short == self.policy.reports.get("severity"):
            return self.severity(str(value))
        if name == "case.state":
            return self.state(str(value))
        catalogue = _CATALOGUES.get(short)
        return self.named(catalogue, str(value)) if catalogue else str(value)

    def severity(self, value: str) -> str:
        """The name that reports give to a severity, which the rest of the policy knows by its code."""
        names = self.policy.reports.get("names", {}).get("severity", {})
        return self.of(names[value]) if value in names else value

    # -- people and events -----------------------------------------------------------------------------------

    def trigger(self, trigger: Trigger) -> str:
        """An event that sets something off."""
        said = self.event(trigger.event)
        about = [self.listed("order_types", trigger.order_types), self.condition(trigger.when)]
        listed = self.joined(part for part in about if part)
        return said + self.aside(listed)

    def triggers(self, triggers: Iterable[Trigger]) -> str:
        """Several of them."""
        return self.say("or").join(self.trigger(trigger) for trigger in triggers)

    def recipient(self, recipient: Recipient) -> str:
        """Who is told."""
        if recipient.customer:
            said = self.say("customer")
        else:
            said = self.named("roles", recipient.role) + self.aside(self.unit(recipient))
        when = self.condition(recipient.when)
        return self.say("needs_when", need=said, condition=when) if when else said

    def unit(self, place: Any) -> str:
        """A unit named from where a case stands."""
        head = place.of.partition(".")[0]
        said = self.say("from_event") if head in ("event", "field") else self.say(head)
        return f"{said} {place.level}".rstrip()

    def recipients(self, recipients: Iterable[Recipient]) -> str:
        """Several of them."""
        return self.joined(self.recipient(recipient) for recipient in recipients)

    def role(self, role: str) -> str:
        """Who may do something: a role, or the customer."""
        return self.say("customer") if role == "customer" else self.named("roles", role)

    def requirement(self, requirement: Requirement) -> str:
        """What must be there first."""
        if requirement.field:
            name = self.said(requirement.field)
            code = "needs_count" if requirement.count > 1 else "needs_field"
            said = self.say(code, name=name, count=requirement.count)
        elif requirement.paper:
            said = self.say("needs_paper", name=self.named("papers", requirement.paper.removeprefix("signed:")))
        else:
            code = "needs_event" if requirement.where == "here" else "needs_event_anywhere"
            said = self.say(code, name=self.event(requirement.event))
        when = self.condition(requirement.when)
        return self.say("needs_when", need=said, condition=when) if when else said


_CATALOGUES = {
    **CATALOGUES,
    "papers": "papers",
    "marks": "marks",
    "outcome": "outcomes",
    "reason": "pause_reasons",
    "deadline": "deadlines",
    "running": "deadlines",
    "role": "roles",
    "roles": "roles",
}
