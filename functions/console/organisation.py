"""The organisation over HTTP: units in sight, their duty holders, and changing them."""

from datetime import datetime
from typing import Annotated

import msgspec
from functions.common import Here
from functions.console.routes import ROUTES, cursor, me, page_size, place

from complaints.case.values import Problem
from complaints.desk.units import change_unit, read_unit
from complaints.desk.worklist import units_page
from complaints.directory.model import Holder, Person, Shift, Unit
from complaints.web.bodies import read_body
from complaints.web.http import Request, Response, answer, instant
from complaints.web.problem import HttpError
from complaints.web.routes import Doc
from complaints.web.staff_views import HolderView, UnitLine, UnitsView, UnitView

Aware = Annotated[datetime, msgspec.Meta(tz=True)]


class PostGiven(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Who holds a role from `since` until `until` (RFC 3339; open where absent)."""

    role: str
    person: str
    since: Aware | None = None
    until: Aware | None = None
    deputy: bool = False


class ShiftGiven(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Who is on duty for a role, from when until when."""

    role: str
    person: str
    since: Aware
    until: Aware


class UnitGiven(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What is to change of a unit; what is not named stays."""

    names: dict[str, str] | None = None
    tags: list[str] | None = None
    line: str | None = None
    holders: list[PostGiven] | None = None
    roster: list[ShiftGiven] | None = None


@ROUTES.route(
    "GET",
    "/units",
    Doc(
        summary="The units in sight, by name",
        answers={200: UnitsView},
        query={"after": "`next` of the page before", "limit": "units of a page, at most 100"},
        problems=(403, 422),
        staff=True,
    ),
)
def list_units(here: Here, request: Request) -> Response:
    """One page of the units under the caller's own."""
    page = units_page(here.desk, me(here, request), after=place(request), limit=page_size(request, 100))
    units = [
        UnitLine(id=line["unit"], path="/".join(line["path"]), level=line["level"], names=line["names"])
        for line in page.lines
    ]
    return answer(UnitsView(units=units, next=cursor(page.after)))


@ROUTES.route(
    "GET",
    "/units/{path+}",
    Doc(summary="A unit with its duty holders", answers={200: UnitView}, problems=(403, 404), staff=True),
)
def show_unit(here: Here, request: Request) -> Response:
    """A unit, named by its id or its path."""
    return answer(_view(here, *read_unit(here.desk, me(here, request), request.params["path"], here.now)))


@ROUTES.route(
    "PUT",
    "/units/{path+}",
    Doc(
        summary="Change a unit: names, tags, duty holders, roster",
        body=UnitGiven,
        answers={200: UnitView},
        problems=(400, 403, 404, 422),
        staff=True,
    ),
)
def put_unit(here: Here, request: Request) -> Response:
    """What is named of a unit is changed; the rest stays."""
    member, body = me(here, request), read_body(request)
    try:
        given = msgspec.convert(dict(body.fields), UnitGiven)
    except msgspec.ValidationError as wrong:
        reason, _, at = str(wrong).partition(" - at `$.")
        field = at.rstrip("`")
        raise HttpError(422, Problem(field, "web.field.shape", {"reason": reason})) from wrong
    unit = change_unit(
        here.desk,
        member,
        request.params["path"],
        here.now,
        names=given.names,
        tags=tuple(given.tags) if given.tags is not None else None,
        line=given.line,
        holders=tuple(Holder(one.role, one.person, one.since, one.until, one.deputy) for one in given.holders)
        if given.holders is not None
        else None,
        roster=tuple(Shift(one.role, one.person, one.since, one.until) for one in given.roster)
        if given.roster is not None
        else None,
    )
    return answer(_view(here, *read_unit(here.desk, member, unit.id, here.now)))


def _view(here: Here, unit: Unit, people: dict[str, Person]) -> UnitView:
    zone = here.desk.settings.zone

    def shown(one: Holder | Shift) -> HolderView:
        return HolderView(
            role=one.role,
            person=one.person,
            name=people[one.person].name if one.person in people else one.person,
            since=instant(one.since, zone),
            until=instant(one.until, zone),
            deputy=isinstance(one, Holder) and one.deputy,
        )

    return UnitView(
        id=unit.id,
        path=unit.address,
        parent=unit.parent,
        level=unit.level,
        names=dict(unit.names),
        line=unit.line,
        tags=list(unit.tags),
        holders=[shown(one) for one in unit.holders],
        roster=[shown(one) for one in unit.roster],
    )
