"""Many cases at once over HTTP: the same command on each (D9), and many under one incident (D2)."""

from typing import Any

from functions.common import Here, once_of
from functions.console.cases import fit
from functions.console.routes import ROUTES, me
from functions.staff_shapes import result_view

from complaints.case.values import Problem
from complaints.desk.batch import MOST, One, batch, incident
from complaints.desk.worklist import in_incident
from complaints.policy.vocabulary import COMMANDS
from complaints.web.bodies import Body, read_body
from complaints.web.http import Request, Response, answer
from complaints.web.language import of_request
from complaints.web.once import KEY_HEADER
from complaints.web.problem import HttpError
from complaints.web.routes import Doc
from complaints.web.staff_views import BatchView

_BATCHED = {
    "type": "object",
    "required": ["command"],
    "properties": {
        "command": {"type": "string"},
        "cases": {
            "type": "array",
            "maxItems": MOST,
            "items": {
                "type": "object",
                "required": ["reference"],
                "properties": {
                    "reference": {"type": "string"},
                    "version": {"type": "integer"},
                    "order": {"type": "integer"},
                },
            },
        },
        "incident": {"type": "string", "description": "instead of cases: all that an incident holds"},
        "values": {"type": "object", "description": "the command's fields"},
    },
}
_INCIDENT = {
    "type": "object",
    "required": ["cases"],
    "properties": {
        "cases": {"type": "array", "maxItems": MOST, "items": {"type": "string"}},
        "incident": {"type": "string", "description": "an incident that is there; a new one where none is named"},
        "remark": {"type": "string"},
    },
}


def _doc(summary: str, body: dict[str, Any]) -> Doc:
    return Doc(
        summary=summary,
        body=body,
        answers={200: BatchView},
        headers=KEY_HEADER,
        problems=(400, 403, 422),
        staff=True,
    )


@ROUTES.route(
    "POST",
    "/batch",
    _doc("The same command on many cases, each answered for itself", _BATCHED),
)
def change_many(here: Here, request: Request) -> Response:
    """One command on many cases, or on all of an incident."""
    member, body = me(here, request), read_body(request)
    name, values = body.fields.get("command"), body.fields.get("values") or {}
    if not isinstance(name, str) or name not in COMMANDS or name == "register":
        raise HttpError(422, Problem("command", "unknown_command", {"command": str(name)}))
    if not isinstance(values, dict):
        raise HttpError(422, Problem("values", "wrong_type", {"type": "object"}))
    fit(values)
    held = body.fields.get("incident")
    if isinstance(held, str) and held:
        wanted = [One(reference=reference) for reference in in_incident(here.desk, held)]
    else:
        wanted = [_one(one) for one in _listed(body, "cases")]
    once = once_of(request, body, f"batch:{name}:{member.actor.person}")
    results = batch(here.desk, member, name, wanted, values, once, here.now)
    return answer(BatchView(results=[result_view(one, of_request(request)) for one in results]))


def _listed(body: Body, name: str) -> list[Any]:
    found = body.fields.get(name)
    if not isinstance(found, list) or not 0 < len(found) <= MOST:
        raise HttpError(422, Problem(name, "web.batch.cases", {"most": MOST}))
    return found


def _one(given: Any) -> One:
    if isinstance(given, str):
        return One(reference=given)
    fits = isinstance(given, dict) and isinstance(given.get("reference"), str)
    version, order = (given.get("version"), given.get("order", 0)) if fits else ("", "")
    if not (version is None or isinstance(version, int)) or not isinstance(order, int):
        raise HttpError(422, Problem("cases", "wrong_type", {"type": "list"}))
    return One(reference=given["reference"], version=version, order=order)


@ROUTES.route(
    "POST",
    "/incidents",
    _doc("Many cases under one cause", _INCIDENT),
)
def make_incident(here: Here, request: Request) -> Response:
    """Cases joined under one incident, which `find` and `batch` know by its id."""
    member, body = me(here, request), read_body(request)
    references = [one for one in _listed(body, "cases") if isinstance(one, str)]
    remark, held = body.fields.get("remark"), body.fields.get("incident") or ""
    if not isinstance(held, str) or (remark is not None and not isinstance(remark, str)):
        raise HttpError(422, Problem("incident", "wrong_type", {"type": "text"}))
    once = once_of(request, body, f"incident:{member.actor.person}")
    values = {"remark": remark} if remark else {}
    name, results = incident(here.desk, member, references, values, once, here.now, held)
    view = BatchView(results=[result_view(one, of_request(request)) for one in results], incident=name)
    return answer(view)
