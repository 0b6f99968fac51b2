"""Figures of a month recomputed from raw timelines, case by case, by the words of `docs/indicators.md` alone.

Imports nothing from `complaints.reporting`: it keeps its own little state of each case, looks at every event once, and
asks of each whether it belongs to the month and the unit.
"""

import math
import statistics
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.timelines import UNITS

from complaints.case.events import Event

ZONE = ZoneInfo("Asia/Shanghai")
MEASURED = {"slot": 4 * 3600}
LADDERS = (("answer",), ("slot",), ("answer", "slot"))


def month_of(at: datetime) -> str:
    """The month of an instant where the organisation is."""
    return at.astimezone(ZONE).strftime("%Y-%m")


def day_of(at: datetime) -> str:
    """Its date there."""
    return at.astimezone(ZONE).strftime("%Y-%m-%d")


class Case:
    """What the oracle remembers of a case."""

    def __init__(self) -> None:
        self.about: dict[str, str] = {}
        self.orders: dict[int, dict[str, Any]] = {}
        self.due: dict[tuple[str, int], tuple[datetime, bool]] = {}
        self.claims: dict[tuple[str, int], tuple[datetime, int]] = {}
        self.opened: datetime | None = None
        self.closed: datetime | None = None
        self.seen: Counter[str] = Counter()
        self.found = ""
        self.ups: list[str] = []


def figures(timelines: Iterable[list[tuple[Event, datetime]]], month: str, unit: str) -> dict[str, Any]:
    """Every figure of one unit (with all below it) and one month, and the tables by category, cause, day ..."""
    told: Counter[Any] = Counter()
    took: dict[str, list[int]] = {"answer": [], "slot": [], "closed": []}
    scores: list[int] = []
    for timeline in timelines:
        _follow(timeline, month, unit, told, took, scores)
    due = told["met"] + told["missed"]
    contacts = told["received"] + told["repeated"]
    every = sorted(took["answer"] + took["slot"])
    return {
        "received": told["received"],
        "repeated": told["repeated"],
        "reopened": told["reopened"],
        "closed": told["closed"],
        "fell_due": due,
        "missed": told["missed"],
        "claimed": told["claimed"],
        "lifted": told["lifted"],
        "on_time": (told["met"], due),
        "first_answer": (max(0, told["first"] - told["retracted"]), due),
        "within_measure": (told["within"], due),
        "rungs": told["rung_reached"],
        "asked_up": told["escalated"],
        "escalation": (told["first_up"], told["received"]),
        "repeat": (told["repeated"], contacts),
        "reopening": (told["reopened"], told["closed"]),
        "dispatched": told["sent"],
        "returned": told["returned"],
        "resent": told["resent"],
        "return_rate": (told["returned"], told["sent"]),
        "ruled_valid": told["valid"],
        "valid_share": (told["valid"], told["ruled"]),
        "sheets": told["sheets"],
        "appeals": told["appealed"],
        "failed_appeals": (told["lost_appeal"], told["sheets"]),
        "chased": told["chased"],
        "supervised": told["supervised"],
        "called_back": told["called_back"],
        "marked": told["marked"],
        "ratings": len(scores),
        "satisfaction": Fraction(sum(scores), len(scores)) if scores else None,
        "satisfied": (sum(1 for score in scores if score >= 4), len(scores)),
        "compensation": Fraction(told["cents"], 100),
        "time_median": statistics.median(every) if every else None,
        "time_p90": every[math.ceil(len(every) * 0.9) - 1] if every else None,
        "handling_median": statistics.median(took["closed"]) if took["closed"] else None,
        "handling_p90": sorted(took["closed"])[math.ceil(len(took["closed"]) * 0.9) - 1] if took["closed"] else None,
        "tables": {
            name: {key[1]: n for key, n in told.items() if isinstance(key, tuple) and key[0] == name and n}
            for name in ("category", "channel", "cause", "day", "severity", "region")
        },
        "by_ladder": {names: (told["up", names], told["received"]) for names in LADDERS},
        "by_deadline": {
            name: (
                sum(n for key, n in told.items() if key == ("deadline", name, "met")),
                sum(n for key, n in told.items() if isinstance(key, tuple) and key[:2] == ("deadline", name)),
                statistics.median(took[name]) if took[name] else None,
            )
            for name in ("answer", "slot")
        },
    }


def _within(unit: str, root: str) -> bool:
    return root in UNITS[unit]


def _follow(
    timeline: list[tuple[Event, datetime]],
    month: str,
    root: str,
    told: Counter[Any],
    took: dict[str, list[int]],
    scores: list[int],
) -> None:
    case = Case()
    for event, recorded in timeline:
        here = month_of(recorded) == month
        name, data, n = event.type, event.data, event.order
        before, case_unit = dict(case.about), case.about.get("unit", "")
        _remember(case, event)
        if name == "registered":
            _receive(case.about, 1, day_of(recorded), here and _within(case.about["unit"], root), told)
            case.opened = event.at
            case.seen[name] += 1
            continue
        assert case.opened is not None
        if before != case.about:
            received_here = month_of(case.opened) == month_of(recorded)
            day = day_of(case.opened) if received_here else day_of(recorded)
            _receive(before, -1, day, here and _within(case_unit, root), told)
            _receive(case.about, 1, day, here and _within(case.about["unit"], root), told)
        where = case.orders[n]["unit"] if n in case.orders else case.about["unit"]
        mine = here and _within(where, root)
        _deadlines(case, event, recorded, month, root, told, took)
        _count(case, event, mine, where, told, took, scores)
        case.seen[name] += 1
        if name == "dispatched" and n not in case.orders:
            raise AssertionError("an order without its dispatch")
        if name == "reopened":
            case.closed = None
        if data.get("phase") == "closed":
            case.closed = event.at


def _remember(case: Case, event: Event) -> None:
    data = event.data
    if event.type == "registered":
        case.about = {key: data.get(key, "") for key in ("kind", "category", "channel", "unit")} | {
            "cause": "",
            "severity": data["derived"]["severity"],
            "region": data["fields"]["region"],
        }
    elif event.type == "classified":
        # what a ruling found stands against what the desk took the cause for, before it and after
        cause = case.found or data["cause"]
        case.about = {**case.about, "kind": data["kind"], "category": data["category"], "cause": cause}
    elif event.type == "ruled":
        case.found = data["cause"]
        case.about = {**case.about, "cause": case.found}
    elif event.type == "moved":
        case.about = {**case.about, "unit": data["unit"]}
    elif event.type == "dispatched" and event.order not in case.orders:
        case.orders[event.order] = {
            "unit": data["unit"],
            "type": data["order_type"],
            "tries": 0,
            "answers": 0,
            "state": "open",
            "sheet": data["order_type"] == "sheet",
        }


def _receive(about: dict[str, str], weight: int, day: str, mine: bool, told: Counter[Any]) -> None:
    if mine:
        told["received"] += weight
        told["day", day] += weight
        for name in ("category", "channel", "cause", "severity", "region"):
            told[name, about[name]] += weight


def _deadlines(
    case: Case,
    event: Event,
    recorded: datetime,
    month: str,
    root: str,
    told: Counter[Any],
    took: dict[str, list[int]],
) -> None:
    n = event.order
    if n not in case.orders:
        return
    order = case.orders[n]
    below = _within(order["unit"], root)
    final = event.type == "answered" and not event.data.get("interim")
    first = final and order["tries"] == 0 and order["answers"] == 0
    if event.type == "missed":
        due, _ = case.due[event.data["deadline"], n]
        case.due[event.data["deadline"], n] = (due, True)
        if below and max(month_of(due), month_of(recorded)) == month:
            told["missed"] += 1
            told["deadline", event.data["deadline"], "missed"] += 1
    if event.type == "miss_lifted":
        name = event.data["deadline"]
        due, seconds = case.claims.pop((name, n))
        if below and month_of(recorded) == month:
            told["lifted"] += 1
            told["missed"] -= 1
            told["met"] += 1
            told["deadline", name, "missed"] -= 1
            told["deadline", name, "met"] += 1
            # the late answer itself was counted as within its measure, if it was
            told["within"] += name not in MEASURED or seconds > MEASURED[name]
    for effect in event.effects:
        key = (effect.deadline, n)
        if effect.do == "start":
            assert effect.due_at is not None
            case.due[key] = (effect.due_at, False)
        elif effect.do == "cancel":
            case.due.pop(key, None)
        elif effect.do == "stop":
            assert effect.due_at is not None
            assert effect.seconds is not None
            due, known = case.due.pop(key)
            verdict_month = max(month_of(due), month_of(recorded))
            counts = verdict_month == month
            in_time = event.at <= due and not effect.claimed
            if effect.claimed:
                case.claims[key] = (due, effect.seconds)
                told["claimed"] += below and month_of(recorded) == month
            if below and month_of(recorded) == month:
                took[effect.deadline].append(effect.seconds)
            if below and counts and not known:
                told["met" if in_time else "missed"] += 1
                told["deadline", effect.deadline, "met" if in_time else "missed"] += 1
            if below and counts and known and in_time:
                told["missed"] -= 1
                told["met"] += 1
                told["deadline", effect.deadline, "missed"] -= 1
                told["deadline", effect.deadline, "met"] += 1
            # A late answer still tells whether it was the first one, while its month is not over.
            still = counts and (not known or in_time or month_of(due) == verdict_month)
            if below and still:
                told["first"] += first
                limit = MEASURED.get(effect.deadline)
                told["within"] += effect.seconds <= limit if limit else in_time


def _count(
    case: Case,
    event: Event,
    mine: bool,
    where: str,
    told: Counter[Any],
    took: dict[str, list[int]],
    scores: list[int],
) -> None:
    name, data, n = event.type, event.data, event.order
    order = case.orders.get(n)
    again = bool(data.get("again")) or (name == "dispatched" and order is not None and bool(order.get("sent")))
    if mine and name in ("repeated", "reopened", "rung_reached", "escalated", "returned", "appealed", "chased"):
        told[name] += 1
    if mine and name in ("supervised", "called_back", "marked"):
        told[name] += 1
    if name in ("rung_reached", "escalated") and not case.seen["rung_reached"] and not case.seen["escalated"]:
        told["first_up"] += mine
    if name in ("rung_reached", "escalated"):
        for names in LADDERS:
            counted = name == "escalated" or data["deadline"] in names
            told["up", names] += mine and counted and not {*names, "customer"} & set(case.ups)
        case.ups.append("customer" if name == "escalated" else data["deadline"])
    if name == "compensated":
        told["cents"] += round(data["amount"] * 100) * mine
    if name in ("closed", "withdrawn", "merged") and mine:
        assert case.opened is not None
        told["closed"] += 1
        took["closed"].append(int((event.at - case.opened).total_seconds()))
    if name == "dispatched" and order is not None and not order.get("sent"):
        order["sent"] = True
        told["sent"] += mine
        told["sheets"] += mine and order["sheet"]
    elif again and order is not None:
        told["resent"] += mine
        told["retracted"] += mine and order["tries"] == 0 and order["answers"] == 1 and order["state"] != "interim"
        order["tries"] += 1
        order["state"] = "open"
    if name == "answered" and order is not None:
        order["answers"] += 1
        order["state"] = "interim" if data["interim"] else "answered"
    if name == "ruled" and mine:
        told["ruled"] += 1
        told["valid"] += data["valid"]
    if name == "arbitrated" and mine:
        told["lost_appeal"] += data["liable"]
    score = data.get("score") if name in ("rated", "called_back") else None
    if score is not None and mine:
        scores.append(score)
