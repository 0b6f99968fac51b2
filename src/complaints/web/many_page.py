"""Pages for many cases at once: one form for all that were ticked, then what became of each."""

from collections.abc import Sequence

from complaints.texts import text
from complaints.web.entry import FormView
from complaints.web.http import Response
from complaints.web.pages import Frame
from complaints.web.problem import FieldError
from complaints.web.staff_pages import Seat, staff_page
from complaints.web.staff_views import ResultView

__all__ = ["FormView", "done_page", "form_page"]


def form_page(
    frame: Frame,
    seat: Seat,
    form: FormView,
    ticked: Sequence[str],
    key: str,
    errors: Sequence[FieldError] = (),
    code: int = 200,
) -> Response:
    """The form of a command for all the ticked cases (`reference:order` each)."""
    return staff_page(frame, seat, "desk_many.html.j2", code, form=form, ticked=ticked, key=key, errors=errors)


def done_page(
    frame: Frame,
    seat: Seat,
    command: str,
    results: Sequence[ResultView],
    failed: Sequence[str],
    form: FormView | None,
    key: str,
    incident: str = "",
) -> Response:
    """What became of each case, and the form once more for those that were not done; `incident` holds those done."""
    return staff_page(
        frame,
        seat,
        "desk_many_done.html.j2",
        title=text(f"desk.command.{command}", frame.lang),
        results=results,
        incident=incident,
        failed=failed,
        form=form,
        key=key,
    )
