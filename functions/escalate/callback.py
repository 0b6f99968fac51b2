"""The door at which a carrier inside China tells what became of texts; deployed only where that carrier is chosen."""

from collections.abc import Mapping
from typing import Any

import msgspec
from functions.common import Here, refusals, run

from complaints.adapters.outbox import is_text_id
from complaints.desk import log
from complaints.desk.receipts import EarlyReportError, receive, reports_of
from complaints.web.http import Request, Response, answer
from complaints.web.problem import HttpError
from complaints.web.routes import Doc, Routes

ROUTES: Routes[Here] = Routes(refusals("web.no_such_address"))
"""Called by Aliyun's SmsReport (HTTP batch push), by nobody else."""

TAKEN = {"code": 0, "msg": "接收成功"}
"""What Aliyun's description of SmsReport asks for: it reads the status and that `code` is a number."""

SOON_SECONDS = "60"


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request of the carrier."""
    return run(ROUTES, event)


@ROUTES.route("POST", "/carriers/aliyun/{token}", Doc(summary="Delivery reports of Aliyun"))
def aliyun(here: Here, request: Request) -> Response:
    """Take a batch of reports: a JSON array. Aliyun signs nothing, so that the address itself is the proof.

    Anything but 200 makes Aliyun send the whole batch again, three times within a quarter of an hour: what could not
    be taken is asked for that way, what was taken does nothing twice. Texts that the same Aliyun account sends for
    others are reported here too, and left alone.
    """
    if not here.desk.shared("carrier_tokens").shown(request.params["token"], here.now):
        raise HttpError(404, code="web.no_such_address")
    try:
        batch = msgspec.json.decode(request.body, type=list[dict[str, Any]])
    except msgspec.DecodeError as broken:
        raise HttpError(400, code="web.body.not_json", params={"reason": "[{...}]"}) from broken
    early = sum(_early(here, one) for one in batch)
    log.info("reports", reports=len(batch), early=early)
    if early:
        raise HttpError(503, code="web.unavailable", headers={"retry-after": SOON_SECONDS})
    return answer(TAKEN)


def _early(here: Here, entry: Mapping[str, Any]) -> bool:
    """Take one report; whether it is about a text of ours that is not written down yet."""
    for report in reports_of([entry]):
        if not is_text_id(report.text):
            log.info("report of somebody else's text")
            continue
        try:
            receive(here.desk, report, here.now)
        except EarlyReportError:
            return True
    return False
