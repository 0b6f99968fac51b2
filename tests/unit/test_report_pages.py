"""The page of a report, in every state of its filing, in both languages (INS-17)."""

from datetime import UTC, datetime

import pytest
from tests.support.timelines import POLICY

from complaints.texts import text
from complaints.web.file_views import PeriodView
from complaints.web.filing_views import FiledFileView, FilingState, FilingView, SaidView
from complaints.web.pages import Frame
from complaints.web.problem import FieldError
from complaints.web.report_views import STATES, ReportPage, report_page, reports_page
from complaints.web.staff_pages import Seat

SEAT = Seat(person="Ann", csrf="mark", now=datetime(2026, 12, 1, tzinfo=UTC), root="https://desk.example")


def filing(state: FilingState) -> FilingView:
    said = SaidView(by="p1", by_text="<b>Ann</b>", at="2026-12-02T10:00:00+08:00", text="checked & sent")
    return FilingView(
        reference="AAAA-BBBB-CCCC",
        order=1,
        unit="east",
        unit_text="East",
        asked_by="hq",
        asked_by_text="Head office",
        report="table",
        report_text="monthly table",
        state=state,
        state_text=text(f"desk.filing.state.{state}", "en"),
        asked_at="2026-12-01T09:00:00+08:00",
        due_at="2026-12-04T17:30:00+08:00",
        late=state == "asked_back",
        may_submit=True,
        may_review=True,
        submitted=None if state == "asked" else said,
        files=[] if state == "asked" else [FiledFileView(name="report.en.xlsx", sha256="ab" * 32, unchanged=False)],
        reviewed=said if state in ("asked_back", "accepted") else None,
    )


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("state", STATES)
def test_the_page_offers_what_the_state_allows(state: FilingState, lang: str) -> None:
    frame = Frame(lang=lang, policy=POLICY, here="https://desk.example/desk/reports/2026-11")
    view = ReportPage(
        title="East · 2026-11",
        unit="east",
        period="2026-11",
        files=("report.en.xlsx",),
        own=(filing(state),),
        below=(filing("submitted"),),
        reports=(("table", "monthly table"),),
        units=(("e1", "East 1"),),
    )
    error = FieldError(field="remark", message="too short")
    page = report_page(frame, SEAT, view, key="k", errors=(error,), done=True).body.decode()
    assert text("desk.filing.done", lang) in page
    assert (text("desk.filing.submit", lang) in page) is (state in ("asked", "asked_back"))
    assert (text("desk.filing.review", lang) in page) is (state == "submitted")
    assert (text("desk.filing.changed", lang) in page) is (state != "asked")
    assert "<b>Ann" not in page
    assert "too short" in page
    assert 'name="units" value="e1" checked' in page


def test_a_refused_request_comes_back_as_it_was_sent() -> None:
    frame = Frame(lang="en", policy=POLICY, here="https://desk.example/desk/reports/2026-11")
    view = ReportPage(
        title="East · 2026-11",
        unit="east",
        period="2026-11",
        files=(),
        own=(filing("asked"),),
        below=(),
        reports=(("table", "monthly table"), ("analysis", "analysis")),
        units=(("e1", "East 1"), ("e2", "East 2")),
    )
    said = {"does": "ask", "report": "analysis", "units": "e2", "text": "by <Friday>"}
    page = report_page(frame, SEAT, view, key="k", code=422, sent=said).body.decode()
    assert '<option value="analysis" selected>' in page
    assert ('value="e2" checked' in page, 'value="e1" checked' in page) == (True, False)
    assert page.count("by &lt;Friday&gt;") == 1
    again = report_page(frame, SEAT, view, key="k", code=422, sent={"does": "submit", "text": "late but whole"})
    assert again.body.decode().count("late but whole") == 1


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_list_says_where_each_period_stands(lang: str) -> None:
    frame = Frame(lang=lang, policy=POLICY, here="https://desk.example/desk/reports")
    periods = [
        PeriodView(period="2026-11", files=["report.en.xlsx"], filings=[filing("asked_back")]),
        PeriodView(period="2026-10", files=["report.en.xlsx"]),
    ]
    page = reports_page(frame, SEAT, "Reports", "east", periods).body.decode()
    assert "/desk/reports/2026-11/report.en.xlsx?unit=east" in page
    assert text("desk.filing.state.asked_back", "en") in page
    assert text("desk.filing.late", lang) in page
    assert text("desk.filing.unasked", lang) in page
