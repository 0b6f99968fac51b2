"""A case told as steps and played on the pure engine: no table, no queue, only decisions on moved instants.

People are named by role and unit (`front_desk@cc`), instants are local (`2026-11-20 17:00`).
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from complaints.case.authority import allowed
from complaints.case.lookup import lookup
from complaints.case.state import Case
from complaints.case.wording import local
from complaints.desk.rehearsal import Played, Rehearsal, actor, instant, rehearse
from complaints.directory.load import load
from complaints.directory.model import Unit
from complaints.policy.compile import compile_policy
from complaints.policy.findings import Finding
from complaints.policy.model import Example, Policy, Step
from complaints.policy.rulebook import Rulebook
from complaints.structs import replace

POLICIES = Path(__file__).parents[2] / "policies"
Said = dict[str, Any]
"""What a command is given beside who gives it, as JSON would spell it."""

NAMES = ("auto", "carmaker", "hotline", "insurer", "postal")


@cache
def policy(name: str, folder: Path = POLICIES) -> Policy:
    """One of the policies, compiled once."""
    return compile_policy(folder / f"{name}.yaml").policy


@cache
def rulebook(name: str, folder: Path = POLICIES) -> Rulebook:
    """Its rules at work."""
    return Rulebook(policy(name, folder))


@cache
def units(name: str, folder: Path = POLICIES) -> dict[str, Unit]:
    """Its sample organisation."""
    files = {path.name: path.read_bytes() for path in (folder / "sample" / name).glob("*.csv")}
    return dict(load(files, rulebook(name, folder).zone).units)


def examples(name: str) -> list[Any]:
    """The policy's worked examples as parameters, each marked with the ids that it proves."""
    return [
        pytest.param(example, id=example.name["en"], marks=pytest.mark.proves(*example.proves))
        for example in policy(name).examples
    ]


def differences(name: str, example: Example) -> list[Finding]:
    """Where one worked example comes otherwise than written."""
    return rehearse(Rulebook(replace(policy(name), examples=(example,))), units(name))


@dataclass
class Tale:
    """One case of one organisation. Steps are played as they are told; `until` lets time run on."""

    name: str
    folder: Path = POLICIES
    now: str = ""
    steps: list[Step] = field(default_factory=list)

    def at(self, moment: str) -> "Tale":
        """The local instant at which the next steps are done."""
        self.now = moment
        return self

    def does(self, who: str, what: str, order: int = 0, **data: Any) -> "Tale":
        """Somebody does something, and it is accepted."""
        self.steps.append(Step(at=self.now, do=what, by=who, order=order, data=data))
        refused = self.play().refusals.get(len(self.steps) - 1)
        assert refused is None, f"{what} by {who}: {refused}"
        return self

    def refused(self, code: str, who: str, what: str, order: int = 0, **data: Any) -> "Tale":
        """Somebody tries something, and it is refused with this code."""
        self.steps.append(Step(at=self.now, do=what, by=who, order=order, data=data))
        refusal = self.play().refusals.get(len(self.steps) - 1)
        self.steps.pop()
        codes = [problem.code for problem in refusal.problems] if refusal else ["accepted"]
        assert code in codes, f"{what} by {who}: {codes}"
        return self

    def play(self, until: str = "") -> Played:
        """Everything told so far, and time until then."""
        rehearsal = Rehearsal(rulebook(self.name, self.folder), units(self.name, self.folder))
        return rehearsal.play(Example(name={"en": "tale"}, steps=tuple(self.steps), until=until or self.now))

    def case(self, until: str = "") -> Case:
        """The case as it stands then."""
        case = self.play(until).case
        assert case is not None, "nothing was registered"
        return case

    def due(self, until: str = "") -> dict[str, str]:
        """When each deadline is due, local."""
        return {key: local(at, policy(self.name, self.folder)) for key, at in self.play(until).due.items()}

    def texts(self, until: str = "") -> list[str]:
        """Texts to people, as examples spell them; those to the customer left out."""
        own = policy(self.name, self.folder)
        return [f"{local(at, own)} {to} {template}" for at, to, template in self.play(until).texts if to != "customer"]

    def value(self, name: str, until: str = "") -> Any:
        """What a condition would see under this name."""
        case = self.case(until)
        places = Rehearsal(rulebook(self.name, self.folder), units(self.name, self.folder)).places(case.recorded_at)
        return lookup(case, rulebook(self.name, self.folder), places=places)(name)

    def offers(self, who: str) -> set[str]:
        """The commands open to somebody now."""
        rules = rulebook(self.name, self.folder)
        then = instant(self.now, rules.zone)
        places = Rehearsal(rules, units(self.name, self.folder)).places(then)
        return {offer.command for offer in allowed(self.case(), actor(who, places), rules, places)}
