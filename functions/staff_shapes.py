"""How cases, lists and deadlines look to the staff over HTTP."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from complaints.case.explain import Explanation, promises, seconds_left
from complaints.case.state import Deadline
from complaints.case.wording import local, script
from complaints.desk.batch import Result
from complaints.desk.casefile import Ahead, CaseFile
from complaints.desk.command import Done
from complaints.policy.rulebook import Rulebook
from complaints.web.entry import value_text
from complaints.web.http import instant
from complaints.web.problem import sentence
from complaints.web.staff_views import (
    CaseView,
    DeadlineView,
    DoneView,
    EventView,
    ExplanationView,
    IntervalView,
    LineView,
    OfferView,
    OrderView,
    ResultView,
    ScriptView,
)
from complaints.web.views import Speaker

_HIDDEN = frozenset({"policy", "tags", "sender", "reference", "order_state", "phase"})
"""What events carry for the machine alone."""


def _named(speaker: Speaker, catalogue: Mapping[str, Any], key: str) -> str:
    return speaker.say(catalogue[key].name) if key in catalogue else key


def state_text(speaker: Speaker, kind: str, state: str) -> str:
    """The name of a state."""
    kinds = speaker.policy.kinds
    return _named(speaker, kinds[kind].states, state) if kind in kinds else state


def line_views(
    lines: Iterable[Mapping[str, Any]], speaker: Speaker, units: Mapping[str, str], rulebook: Rulebook, now: datetime
) -> list[LineView]:
    """Lines of a work list; `units` gives units their names."""
    return [_line(line, speaker, units, rulebook, now) for line in lines]


def _line(
    line: Mapping[str, Any], speaker: Speaker, units: Mapping[str, str], rulebook: Rulebook, now: datetime
) -> LineView:
    policy, zone = speaker.policy, speaker.zone
    due = datetime.fromisoformat(line["due_at"]) if line.get("due_at") else None
    calendar = rulebook.calendars.get(line.get("calendar", ""))
    return LineView(
        reference=line["reference"],
        order=line["order"],
        kind=line["kind"],
        kind_text=_named(speaker, policy.kinds, line["kind"]),
        state=line["state"],
        state_text=state_text(speaker, line["kind"], line["state"]),
        unit=line["unit"],
        unit_text=units.get(line["unit"], line["unit"]),
        lead=line["lead"],
        category=line.get("category", ""),
        channel=line.get("channel", ""),
        opened_at=instant(datetime.fromisoformat(line["opened_at"]), zone) or "",
        due_at=instant(due, zone),
        deadline=line.get("deadline", ""),
        deadline_text=_named(speaker, policy.deadlines, line.get("deadline", "")),
        late=bool(line.get("late")) or (due is not None and due < now),
        left=seconds_left(due, calendar, now) if due is not None else None,
        working=calendar is not None,
        order_type=line.get("order_type", ""),
        order_type_text=_named(speaker, policy.order_types, line.get("order_type", "")),
        order_state=line.get("order_state", ""),
        severity=str(line.get("derived", {}).get("severity", "")),
        chasers=line.get("chasers", 0),
        incident=line.get("incident", ""),
    )


def case_view(file: CaseFile, speaker: Speaker, now: datetime) -> CaseView:
    """A case as somebody sees it."""
    case, policy, zone = file.case, speaker.policy, speaker.zone

    def unit(id: str) -> str:
        return file.units[id].name(speaker.lang) if id in file.units else id

    ahead = {(one.deadline, one.order): one for one in file.ahead}
    words = _words(file, speaker, unit(case.unit), now) if file.scripts else {}
    return CaseView(
        reference=case.reference,
        version=case.seq,
        whole=file.whole,
        kind=case.kind,
        kind_text=_named(speaker, policy.kinds, case.kind),
        state=case.state,
        state_text=state_text(speaker, case.kind, case.state),
        phase=case.phase,
        unit=case.unit,
        unit_text=unit(case.unit),
        channel=case.channel,
        category=case.category,
        cause=case.cause,
        language=case.language,
        opened_at=instant(case.opened_at, zone) or "",
        closed_at=instant(case.closed_at, zone),
        outcome=case.outcome,
        score=case.score,
        text=file.words,
        complainant=dict(file.complainant),
        fields=dict(file.fields),
        derived=dict(case.derived),
        papers=list(case.papers),
        marks=dict(case.marks),
        ruling=dict(case.ruling),
        incident=case.incident,
        merged_into=case.merged_into,
        held=case.held,
        paused=case.paused,
        orders=[
            OrderView(
                order=one.n,
                type=one.type,
                type_text=_named(speaker, policy.order_types, one.type),
                unit=one.unit,
                unit_text=unit(one.unit),
                sender=one.sender,
                state=one.state,
                sent_at=instant(one.sent_at, zone) or "",
                answered_at=instant(one.answered_at, zone),
                tries=one.tries,
                parent=one.parent,
            )
            for one in file.orders
        ],
        deadlines=[
            _deadline(one, ahead.get((one.name, one.order)), file.rulebook, speaker, now)
            for one in sorted(file.deadlines, key=lambda one: one.due_at)
        ],
        timeline=[
            EventView(
                seq=one.seq,
                type=one.event.type,
                at=instant(one.event.at, zone) or "",
                recorded_at=instant(one.recorded_at, zone) or "",
                by=one.event.by,
                by_text=file.people.get(one.event.by, one.event.by),
                order=one.event.order,
                data={key: value for key, value in one.event.data.items() if key not in _HIDDEN},
                personal=dict(one.event.personal),
                claimed=[
                    _named(speaker, policy.deadlines, effect.deadline) for effect in one.event.effects if effect.claimed
                ],
            )
            for one in file.events
        ],
        allowed=[OfferView(command=one.command, order=one.order) for one in file.offers],
        scripts=[
            ScriptView(name=name, title=speaker.say(one.name), text=script(speaker.say(one.text), words))
            for name, one in file.scripts.items()
        ],
    )


def _words(file: CaseFile, speaker: Speaker, unit: str, now: datetime) -> dict[str, str]:
    """What the places of a reply script stand for; `due_at` is by when the customer is next promised something."""
    case, policy = file.case, speaker.policy
    promised = [due for _, _, due in promises(case, file.rulebook) if due > now]
    return {
        **{name: value_text(name, value, policy, speaker.lang, str) for name, value in file.fields.items()},
        "reference": case.reference,
        "unit": unit,
        "kind": _named(speaker, policy.kinds, case.kind),
        "category": _named(speaker, policy.categories, case.category),
        "due_at": local(promised[0], policy) if promised else "",
    }


def _deadline(one: Deadline, ahead: Ahead | None, rulebook: Rulebook, speaker: Speaker, now: datetime) -> DeadlineView:
    calendar, zone = rulebook.calendars.get(one.limit.get("calendar", "")), speaker.zone
    return DeadlineView(
        name=one.name,
        text=_named(speaker, speaker.policy.deadlines, one.name),
        order=one.order,
        started_at=instant(one.started_at, zone) or "",
        due_at=instant(one.due_at, zone) or "",
        late=one.missed_at is not None or (one.due_at < now and one.paused_at is None),
        paused=one.paused_at is not None,
        rung=one.rung,
        left=seconds_left(one.due_at, calendar, now) if one.paused_at is None else None,
        working=calendar is not None,
        next_at=instant(ahead.at, zone) if ahead is not None else None,
        next_rung=speaker.say(ahead.name) if ahead is not None else "",
        next_told=list(ahead.people) if ahead is not None else [],
    )


def done_view(done: Done) -> DoneView:
    """What a command made of a case."""
    return DoneView(
        reference=done.reference,
        version=done.version,
        state=done.state,
        phase=done.phase,
        order=done.order,
        events=list(done.events),
    )


_STATUS = {"absent": 404, "changed": 412, "refused": 409, "other_body": 422, "busy": 503}
_SAYS = {
    "absent": "web.no_such_case",
    "changed": "web.changed_meanwhile",
    "other_body": "web.key.other_body",
    "busy": "web.unavailable",
}


def result_view(result: Result, lang: str) -> ResultView:
    """One case of a batch."""
    from complaints.case.values import Problem

    if result.done is not None:
        done = result.done
        return ResultView(reference=done.reference, status=200, version=done.version, state=done.state)
    told = result.problems or (Problem("", _SAYS[result.why]),)
    problems = [{"field": one.field, "message": sentence(one, lang)} for one in told]
    return ResultView(reference=result.reference, status=_STATUS[result.why], problems=problems)


def explanation_view(found: Explanation, speaker: Speaker) -> ExplanationView:
    """Why a deadline is due when it is."""
    zone = speaker.zone

    def shown(moment: datetime) -> str:
        return instant(moment, zone) or ""

    return ExplanationView(
        deadline=found.deadline,
        text=speaker.say(found.name),
        order=found.order,
        started_at=shown(found.started_at),
        due_at=shown(found.due_at),
        limit=dict(found.limit),
        calendar=found.calendar,
        counted=[IntervalView(since=shown(a), until=shown(b), seconds=int(s)) for a, b, s in found.intervals],
        pauses=[
            IntervalView(since=shown(a), until=shown(b), seconds=int((b - a).total_seconds())) for a, b in found.pauses
        ],
        extensions=[dict(one) for one in found.extensions],
        paused_since=instant(found.paused_at, zone),
        missed_at=instant(found.missed_at, zone),
    )
