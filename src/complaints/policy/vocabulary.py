"""The words every policy is written in: commands, the events they become, and the fields each command takes.

The words are the same for all organisations; what they mean for one of them (who may, in which state, with
which consequence) is policy data. `docs/policy-reference.md` is generated from this table.
"""

from typing import Literal

import msgspec

FieldType = Literal["text", "choice", "number", "money", "date", "instant", "boolean", "unit", "list", "object"]


class Param(msgspec.Struct, frozen=True):
    """One field of a command.

    `personal` fields stand beside the event with a salt, so that they can be erased without breaking the chain.
    `remark` fields must say something: the policy's empty phrases are refused (AUTO-5, POST-10).
    """

    name: str
    type: FieldType = "text"
    required: bool = False
    personal: bool = False
    remark: bool = False


class CommandShape(msgspec.Struct, frozen=True):
    """A command: the event it becomes, what it concerns (`case`, `order`, or `either`), and its fields."""

    event: str
    on: Literal["case", "order", "either", "new"] = "case"
    params: tuple[Param, ...] = ()


def _text(name: str, *, required: bool = False) -> Param:
    return Param(name, personal=True, required=required, remark=True)


_REMARK = _text("remark")
_REASON = _text("reason", required=True)
_UNIT = Param("unit", "unit")

COMMANDS: dict[str, CommandShape] = {
    "register": CommandShape(
        "registered",
        "new",
        (
            Param("kind", "choice", required=True),
            Param("channel", "choice", required=True),
            Param("category", "choice"),
            Param("cause", "choice"),
            Param("text", personal=True, required=True),
            Param("complainant", "object", personal=True),
            Param("consent", personal=True),
            Param("language", "choice"),
            Param("recording", personal=True),
            Param("fields", "object"),
            _UNIT,
        ),
    ),
    "classify": CommandShape(
        "classified",
        params=(
            Param("kind", "choice"),
            Param("category", "choice"),
            Param("cause", "choice"),
            Param("fields", "object"),
            _REMARK,
        ),
    ),
    "confirm": CommandShape(
        "confirmed",
        "either",
        (Param("result", "choice", required=True), Param("recording", personal=True), _UNIT, _REMARK),
    ),
    "dispatch": CommandShape(
        "dispatched",
        "either",
        (Param("order_type", "choice"), Param("unit", "unit"), Param("parent", "number"), _REMARK),
    ),
    "answer": CommandShape(
        "answered",
        "either",
        (
            _text("text", required=True),
            Param("interim", "boolean"),
            Param("finding", "choice"),
            Param("evidence", "list"),
            _REMARK,
        ),
    ),
    "review": CommandShape("reviewed", "order", (Param("result", "choice", required=True), _REMARK)),
    "return": CommandShape("returned", "order", (_REASON,)),
    "contact": CommandShape(
        "contacted",
        "either",
        (
            Param("with", "choice"),
            Param("channel", "choice"),
            Param("reached", "boolean"),
            Param("recording", personal=True),
            _REMARK,
        ),
    ),
    "follow-up": CommandShape(
        "followed_up",
        "either",
        (
            Param("outcome", "choice", required=True),
            Param("next_at", "instant"),
            _text("remark", required=True),
            _text("opinion"),
        ),
    ),
    "solve": CommandShape("solved", params=(Param("outcome", "choice"), _text("solution", required=True), _REMARK)),
    "close": CommandShape("closed", params=(Param("outcome", "choice"), Param("liable_unit", "unit"), _REMARK)),
    "callback": CommandShape(
        "called_back",
        params=(Param("reached", "boolean"), Param("satisfied", "boolean"), Param("score", "number"), _REMARK),
    ),
    "rate": CommandShape("rated", params=(Param("score", "number", required=True), Param("comment", personal=True))),
    "dispute": CommandShape("disputed", params=(_text("text", required=True),)),
    "message": CommandShape("messaged", params=(_text("text", required=True), Param("mentioned", "list"))),
    "repeat": CommandShape("repeated", params=(Param("channel", "choice"), _text("text"), Param("mentioned", "list"))),
    "reopen": CommandShape("reopened", params=(Param("channel", "choice"), _text("text"), _REMARK)),
    "rule": CommandShape(
        "ruled",
        "either",
        (
            Param("valid", "boolean", required=True),
            Param("cause", "choice"),
            Param("rule", "choice"),
            Param("unit", "unit"),
            Param("stage", "choice"),
            Param("person", personal=True),
            Param("responsibility", "choice"),
            Param("sanction", "choice"),
            _REMARK,
        ),
    ),
    "accept-ruling": CommandShape(
        "ruling_accepted", "order", (_UNIT, Param("city", "unit"), Param("stage", "choice"), _REMARK)
    ),
    "detail-liability": CommandShape(
        "liability_detailed", "order", (Param("unit", "unit", required=True), Param("stage", "choice"), _REMARK)
    ),
    "appeal": CommandShape(
        "appealed",
        "order",
        (_text("text", required=True), Param("evidence", "list", required=True), Param("signatures", "list")),
    ),
    "arbitrate": CommandShape("arbitrated", "order", (Param("liable", "boolean", required=True), _REASON)),
    "sign": CommandShape("signed", "either", (Param("paper", "choice", required=True), _REMARK)),
    "pause": CommandShape(
        "paused", "either", (Param("reason", "choice", required=True), Param("evidence", "list"), _REMARK)
    ),
    "resume": CommandShape("resumed", "either", (_REMARK,)),
    "extend": CommandShape(
        "extended",
        "either",
        (
            Param("deadline", "choice", required=True),
            Param("by", "object", required=True),
            Param("approver", required=True),
            _REASON,
        ),
    ),
    "lift-miss": CommandShape("miss_lifted", "either", (Param("deadline", "choice", required=True), _REASON)),
    "merge": CommandShape("merged", params=(Param("into", required=True), _REMARK)),
    "withdraw": CommandShape("withdrawn", params=(_REASON,)),
    "escalate": CommandShape("escalated", "either", (_REASON,)),
    "chase": CommandShape("chased", "either", (Param("by_whom", "choice"), _REMARK)),
    "supervise": CommandShape("supervised", "either", (Param("due_at", "instant", required=True), _REMARK)),
    "note": CommandShape(
        "noted", "either", (_text("text", required=True), Param("about", "choice"), Param("facts", "object"))
    ),
    "attach": CommandShape(
        "attached",
        "either",
        (
            Param("paper", "choice"),
            Param("file", required=True),
            Param("name", personal=True),
            Param("type"),
            Param("size", "number"),
        ),
    ),
    "compensate": CommandShape(
        "compensated", params=(Param("amount", "money", required=True), Param("advance", "boolean"), _REASON)
    ),
    "mark": CommandShape(
        "marked",
        params=(Param("mark", "choice", required=True), Param("until", "instant"), Param("approver"), _REASON),
    ),
    "join": CommandShape("joined", params=(Param("incident", required=True), _REMARK)),
    "hold": CommandShape("held", params=(_REASON,)),
    "release": CommandShape("released", params=(_REASON,)),
    "erase": CommandShape("erased", params=(_REASON,)),
    "move-unit": CommandShape("moved", params=(Param("unit", "unit", required=True), _REMARK)),
}

#: Events that no command makes: time, the sender and the keeper of the calendars do.
SYSTEM_EVENTS: tuple[str, ...] = (
    "rejected",
    "reminded",
    "missed",
    "rung_reached",
    "retimed",
    "retired",
    "advanced",
    "notice_failed",
    "notice_dropped",
    "notice_delivered",
    "notice_acknowledged",
)

EVENTS: frozenset[str] = frozenset(shape.event for shape in COMMANDS.values()) | frozenset(SYSTEM_EVENTS)

PARAMETERS: tuple[str, ...] = (
    "reference",
    "kind",
    "category",
    "state",
    "severity",
    "unit",
    "order",
    "order_type",
    "deadline",
    "due_at",
    "opened_at",
    "at",
    "link",
    "count",
    "promises",
    "period",
)
"""What the text of a template may name between braces."""

CATALOGUES: dict[str, str] = {
    "kind": "kinds",
    "channel": "channels",
    "category": "categories",
    "order_type": "order_types",
    "cause": "causes",
    "stage": "stages",
    "sanction": "sanctions",
    "paper": "papers",
    "about": "notes",
    "mark": "marks",
    "finding": "findings",
}
"""Fields of commands whose values a policy lists, and the section of the policy that lists them."""
