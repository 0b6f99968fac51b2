"""Outside surveys over HTTP: where to put a file, and what became of its rows (AUTO-9)."""

from functions.common import Here
from functions.console.routes import ROUTES, me

from complaints.case.values import Problem
from complaints.desk.surveys import TYPES, NoSurveyError, open_import, result_of
from complaints.web.bodies import read_body
from complaints.web.file_views import RowView, SurveyTicketView, SurveyView
from complaints.web.http import Request, Response, answer, instant
from complaints.web.language import of_request
from complaints.web.problem import HttpError, sentence
from complaints.web.routes import Doc


@ROUTES.route(
    "POST",
    "/surveys",
    Doc(
        summary="Ask where to put a survey's file (CSV or XLSX)",
        body={
            "type": "object",
            "required": ["survey", "type", "size"],
            "properties": {
                "survey": {"type": "string", "description": "a survey of the policy"},
                "type": {"type": "string", "enum": list(TYPES)},
                "size": {"type": "integer", "minimum": 1, "description": "bytes"},
            },
        },
        answers={201: SurveyTicketView},
        problems=(400, 403, 422),
        staff=True,
    ),
)
def ask(here: Here, request: Request) -> Response:
    """A presigned form for one file; its rows are taken when it is there."""
    member, body = me(here, request), read_body(request)
    survey, kind, size = (body.fields.get(name) for name in ("survey", "type", "size"))
    problems = [
        Problem(name, "required" if value in (None, "") else "wrong_type", {"type": "text"})
        for name, value in (("survey", survey), ("type", kind))
        if not isinstance(value, str) or not value
    ]
    if not isinstance(size, int) or isinstance(size, bool):
        problems.append(Problem("size", "required" if size is None else "wrong_type", {"type": "number"}))
    if problems or not isinstance(size, int):
        raise HttpError(422, *problems)
    ticket = open_import(here.desk, member, str(survey), str(kind), size, here.now)
    view = SurveyTicketView(id=ticket.id, url=ticket.url, fields=ticket.fields, result=f"/surveys/{ticket.id}")
    return answer(view, 201, {"location": view.result})


@ROUTES.route(
    "GET",
    "/surveys/{survey}/{id}",
    Doc(summary="What became of a survey's rows", answers={200: SurveyView}, problems=(403, 404), staff=True),
)
def result(here: Here, request: Request) -> Response:
    """Row by row: a case, kept as raw data, or at fault."""
    id, lang = f"{request.params['survey']}/{request.params['id']}", of_request(request)
    try:
        found = result_of(here.desk, me(here, request), id, here.now)
    except NoSurveyError as absent:
        raise HttpError(404, code="web.no_such_survey") from absent
    view = SurveyView(
        survey=found.survey,
        at=instant(found.at, here.desk.settings.zone) or "",
        cases=found.count("case"),
        kept=found.count("kept"),
        faults=found.count("fault"),
        fault=found.fault,
        rows=[
            RowView(
                row=one.row,
                became=one.became,
                reference=one.reference,
                problems=[{"field": p.field, "message": sentence(p, lang)} for p in one.problems],
            )
            for one in found.rows
        ],
    )
    return answer(view)
