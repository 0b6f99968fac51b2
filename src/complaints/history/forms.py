"""In which forms a column writes its dates."""

import re
from collections.abc import Collection, Sequence
from functools import cache

from complaints.history.cells import instant_of

NUMBER = re.compile(r"-?\d+(\.\d+)?")
_EPOCHS = (("epoch", 3e8, 4e9), ("epoch_ms", 3e11, 4e12), ("excel", 2e4, 8e4))
"""Numbers that are instants: 1979 to 2096 in seconds and milliseconds, 1954 to 2119 in days."""

_FORMS = (
    *("%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%d.%m.%y"),
    *("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d %Y", "%a %b %d %Y"),
)
_CLOCKS = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", " %H:%M:%S.%f")


def forms_of(values: Sequence[str]) -> list[str] | None:
    """The forms that instants need beside those that need none; None: these are no dates."""
    distinct = list(dict.fromkeys(values))[:1_000]
    strange = [value for value in distinct if not is_date(value)]
    numbers = [float(value) for value in distinct if NUMBER.fullmatch(value)]
    if len(numbers) >= len(distinct) * 0.9:
        if not strange:
            return []  # 20230105 reads as a date, though it is a number too
        found = (form for form, least, most in _EPOCHS if least <= min(numbers) and max(numbers) <= most)
        form = next(found, "")
        return [form] if form else None
    forms = _forms_for(strange)
    read = sum(1 for value in distinct if is_date(value, forms))
    return forms if read >= len(distinct) * 0.8 else None


def is_date(value: str, forms: Collection[str] = ()) -> bool:
    """Whether a text reads as an instant."""
    try:
        instant_of(value, forms)
    except (ValueError, OverflowError):
        return False
    return True


def _forms_for(values: Sequence[str]) -> list[str]:
    """Forms that read these values, each the one that reads most of what is left."""
    chosen: list[str] = []
    left = list(values)
    while left and len(chosen) < 4:
        counts = {form: sum(1 for value in left if is_date(value, (form,))) for form in _candidates()}
        form = max(counts, key=lambda one: counts[one])
        if not counts[form]:
            break
        chosen.append(form)
        left = [value for value in left if not is_date(value, (form,))]
    return chosen


@cache
def _candidates() -> tuple[str, ...]:
    return tuple(form + clock for form in _FORMS for clock in _CLOCKS)
