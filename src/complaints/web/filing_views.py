"""What the staff interface answers about reports that are filed with the unit above (INS-17)."""

from dataclasses import dataclass, field
from typing import Literal

from complaints.web.views import Instant

FilingState = Literal["asked", "submitted", "asked_back", "accepted", "cancelled"]
"""Where the filing of a report stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledFileView:
    """A file as it was submitted: the SHA-256 of its content (hex), and whether what stands there now still has it;
    null where that was not looked up."""

    name: str
    sha256: str
    unchanged: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidView:
    """Who submitted or reviewed a report, when, in which words."""

    by: str
    by_text: str
    at: Instant
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingView:
    """How a unit's report stands with the unit that asked for it. `late`: a deadline of it was missed."""

    reference: str
    order: int
    unit: str
    unit_text: str
    asked_by: str
    asked_by_text: str
    report: str
    report_text: str
    state: FilingState
    state_text: str
    asked_at: Instant
    due_at: Instant | None
    late: bool
    may_submit: bool
    may_review: bool
    submitted: SaidView | None = None
    files: list[FiledFileView] = field(default_factory=list)
    reviewed: SaidView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedView:
    """The filing by which units were asked for their reports."""

    reference: str
