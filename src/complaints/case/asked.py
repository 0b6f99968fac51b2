"""A command that has been permitted, with all that its meaning needs."""

from typing import Any

import msgspec

from complaints.case.events import Event
from complaints.case.state import Case, Order
from complaints.case.values import Command, Places, Problem, RefusedError
from complaints.policy.model import Action
from complaints.policy.rulebook import Rulebook
from complaints.policy.vocabulary import COMMANDS


class Asked(msgspec.Struct, frozen=True):
    """A permitted command with all that it needs: the action it is done under, its order, the unit that does it and in
    which role (empty: the customer, or the system)."""

    case: Case
    command: Command
    rulebook: Rulebook
    places: Places
    action: Action | None
    order: Order | None
    sender: str
    role: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """What the command says, personal parts aside."""
        return self.command.data

    def event(self, **more: Any) -> Event:
        """The command's own event, with the state that its action leads to and `more` data."""
        data = {**self.command.data, **self._moves(), "role": self.role or None, **more}
        return Event(
            type=COMMANDS[self.command.name].event,
            at=self.command.at,
            by=self.command.by.person,
            order=self.command.order,
            data={key: value for key, value in data.items() if value is not None},
            personal=dict(self.command.personal),
        )

    def _moves(self) -> dict[str, Any]:
        moves: dict[str, Any] = {}
        if self.action is not None and self.action.to:
            moves = {"state": self.action.to, "phase": self.rulebook.state(self.case.kind, self.action.to).phase}
        if self.action is not None and self.action.order_to:
            moves["order_state"] = self.action.order_to
        return moves

    def refuse(self, field: str, code: str, **params: Any) -> RefusedError:
        """A refusal that names a field."""
        return RefusedError(Problem(field, code, {"command": self.command.name, **params}))
