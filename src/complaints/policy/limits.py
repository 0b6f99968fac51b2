"""Whether durations, calendars and slots are written so that time can be counted in them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from complaints.policy.calendars import readable_calendars
from complaints.policy.findings import Finding, Path
from complaints.policy.model import DeadlineRule, LimitChoice, LimitSpec, Policy
from complaints.policy.names import unknown
from complaints.policy.scope import data_of
from complaints.policy.spots import Spot, spots
from complaints.policy.vocabulary import EVENTS
from complaints.worktime import Calendar, CalendarSpecError, Limit

FORMS: Final[Mapping[str, tuple[str, ...]]] = {
    "working_hours": ("calendar",),
    "working_minutes": ("calendar",),
    "working_seconds": ("calendar",),
    "hours": (),
    "minutes": (),
    "seconds": (),
    "working_days": ("calendar", "until", "day_zero"),
    "days": ("calendar", "until"),
    "months": (),
    "slots": (),
    "end_of_day": (),
    "given": (),
}
"""What a limit may be, and what else it may say."""

WORDS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("working_days", "until"): ("close_of_business", "same_time"),
    ("working_days", "day_zero"): ("date", "cutoff"),
    ("days", "until"): ("close_of_business", "midnight"),
}
"""What may be said of how a limit in days ends and begins."""
_CANNOT_COUNT_BACK: Final = ("slots", "end_of_day", "given")
_WORKING: Final = ("working_hours", "working_minutes", "working_seconds", "working_days")


def limit_findings(policy: Policy) -> Iterator[Finding]:
    """Everything that is wrong with the durations of a policy."""
    calendars = readable_calendars(policy)
    for spot in spots(policy):
        if spot.kind is LimitSpec and (spot.value or spot.field not in ("measure", "reopen_within", "ahead")):
            found = [*spec_findings(spot.value, spot.path, policy), *_fitting(spot)]
            yield from found or _refusal(spot, policy, calendars)


def _refusal(spot: Spot, policy: Policy, calendars: Mapping[str, Calendar]) -> Iterator[Finding]:
    """What the engine of working time itself refuses, such as a limit of a thousand years."""
    if "given" in spot.value or spot.value.get("calendar", "") not in {"", *calendars}:
        return
    try:
        Limit.from_spec(spot.value, calendars=calendars, slots=policy.slots, zone=policy.zone)
    except CalendarSpecError as error:
        if error.place.startswith("limit"):
            yield Finding(code="limit_refused", path=spot.path, params={"detail": f"{error.problem}; {error.remedy}"})


def spec_findings(spec: LimitSpec, path: Path, policy: Policy) -> Iterator[Finding]:
    """What is wrong with one duration."""
    forms = [key for key in spec if key in FORMS]
    if len(forms) != 1:
        strange = next((key for key in spec if key not in FORMS), "")
        if not forms and strange and strange not in ("calendar", "until", "day_zero"):
            yield unknown("limit", strange, FORMS, (*path, strange), at_key=True)
        else:
            code = "limit_says_nothing" if not forms else "limit_says_two"
            yield Finding(code=code, path=path, params={"known": ", ".join(FORMS), "found": ", ".join(forms)})
        return
    form = forms[0]
    for key, value in spec.items():
        place = (*path, key)
        if key == form:
            yield from _amount_findings(form, value, place, policy)
        elif key not in FORMS[form]:
            yield unknown("limit_key", key, FORMS[form], place, at_key=True)
        elif key == "calendar":
            if value not in policy.calendars:
                yield unknown("calendar", str(value), policy.calendars, place)
        elif value not in WORDS[form, key]:
            yield unknown("word", str(value), WORDS[form, key], place)
    if form in _WORKING and "calendar" not in spec:
        known = ", ".join(policy.calendars)
        yield Finding(code="limit_without_calendar", path=path, params={"limit": form, "known": known})


def _amount_findings(form: str, value: Any, path: Path, policy: Policy) -> Iterator[Finding]:
    if form == "slots":
        if value not in policy.slots:
            yield unknown("slots", str(value), policy.slots, path)
    elif form == "end_of_day":
        if value is not True and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            yield Finding(code="end_of_day_is_true", path=path)
    elif form == "given":
        if not isinstance(value, str):
            yield Finding(code="no_text", path=path, params={"value": str(value)})
    else:
        whole = form in ("working_days", "days", "months")
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or value < 0:
            code = "limit_wants_whole_number" if whole else "limit_wants_number"
            yield Finding(code=code, path=path, params={"limit": form, "value": str(value)})


def _fitting(spot: Spot) -> Iterator[Finding]:
    """Whether a duration of this form can be used at this place."""
    form = next((key for key in spot.value if key in FORMS), "")
    if spot.field in ("before", "ahead") and form in _CANNOT_COUNT_BACK:
        known = ", ".join(one for one in FORMS if one not in _CANNOT_COUNT_BACK)
        yield Finding(code="cannot_count_back", path=spot.path, params={"limit": form, "known": known})
    if form != "given":
        return
    rule = spot.within(DeadlineRule)
    if rule is None or not isinstance(spot.owner, LimitChoice):
        yield Finding(code="given_only_in_limits", path=spot.path)
        return
    for trigger in rule.starts:
        if trigger.event not in EVENTS:
            continue
        said = data_of(trigger.event)
        instants = [name for name, param in said.items() if param is not None and param.type == "instant"]
        name = str(spot.value["given"])
        if name not in instants:
            params = {"event": trigger.event, "value": name, "known": ", ".join(instants) or "-"}
            yield Finding(code="given_is_not_said", path=(*spot.path, "given"), params=params)


def choice_findings(policy: Policy) -> Iterator[Finding]:
    """A deadline whose limits all ask for something may find none that holds: the case would stand still there."""
    for name, rule in policy.deadlines.items():
        path: Path = ("deadlines", name, "limits")
        if not rule.limits:
            yield Finding(code="deadline_without_limit", path=path)
        elif all(choice.when for choice in rule.limits):
            yield Finding(code="limit_may_be_absent", path=path, level="warning")
        for number, choice in enumerate(rule.limits[:-1]):
            if not choice.when:
                yield Finding(code="limit_hides_the_rest", path=(*path, number))
                break
