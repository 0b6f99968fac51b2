"""Pages before and after a session: why signing in did not end in one, signed out, a form that outlived its session."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from complaints.texts import text
from complaints.web.http import Response
from complaints.web.pages import Frame, render

_OWN = frozenset({"csrf", "version", "order", "idempotency_key"})
"""Fields of a form that its reader never sees."""


def door(
    frame: Frame,
    how: str,
    *,
    code: int = 200,
    again: str = "",
    out: str = "",
    account: str = "",
    ask: Sequence[str] = (),
    cookies: tuple[str, ...] = (),
) -> Response:
    """How a sign-in ended: `how` names the text; `again` begins another, `out` ends the issuer's session first."""
    lead = text(f"desk.door.{how}", frame.lang, account=account)
    names = text("desk.door.and", frame.lang).join(ask)
    whom = text("desk.door.ask" if ask else "desk.door.ask_keeper", frame.lang, names=names)
    made = render(
        frame,
        "desk_door.html.j2",
        code,
        title=text(f"desk.door.{how}.title", frame.lang),
        lead=lead,
        whom=whom if how == "stranger" else "",
        again="" if how == "stranger" else again,
        out=out,
        bad=how != "left",
    )
    return replace(made, cookies=cookies)


def leaving(frame: Frame, out: str, cookies: tuple[str, ...]) -> Response:
    """Signed out here; the page leads on to the issuer, which ends its own session."""
    return replace(render(frame, "desk_leaving.html.j2", out=out), cookies=cookies)


def kept(frame: Frame, action: str, sign_in: str, fields: Mapping[str, Any]) -> Response:
    """What was typed into a form whose session had ended by the time it was sent: nothing is lost, nothing done yet."""
    flat = list(flattened(fields))
    return render(
        frame,
        "desk_kept.html.j2",
        401,
        action=action,
        sign_in=sign_in,
        fields=flat,
        shown=[value for name, value in flat if name not in _OWN and len(value) > 20],
    )


def flattened(fields: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """The fields of a form as they were named in it."""
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield from flattened(value, f"{before}{name}.")
        else:
            for one in value if isinstance(value, list) else [value]:
                yield before + name, str(one)
