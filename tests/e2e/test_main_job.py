"""The main job, end to end: a complaint, its deadline passes, the right people get texts, the month is reported.

Everything goes over public interfaces: HTTP, SMTP, the presigned link of the report. Nothing is called in a function's
stead; the clock is moved, the deployed handlers do the rest.
"""

import base64
import csv
import io
import json
import re
import smtplib
import uuid
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
ZONE = ZoneInfo("Asia/Shanghai")
PROVINCE = "donglan"


def at(answer: str) -> datetime:
    return datetime.fromisoformat(answer).astimezone(ZONE)


def next_friday_at_five(now: datetime) -> datetime:
    """The next Friday 17:00 local time with the rest of its ladder in the same month."""
    local = now.astimezone(ZONE)
    friday = (local + timedelta(days=(4 - local.weekday()) % 7)).replace(hour=17, minute=0, second=0, microsecond=0)
    while friday <= local or (friday + timedelta(days=5)).month != friday.month:
        friday += timedelta(days=7)
    return friday


def command(run: Any, token: str, reference: str, name: str, values: dict[str, Any]) -> Any:
    """Carry out a staff command on the case as it stands."""
    case = run.request("GET", f"/cases/{reference}", token=token).json
    answer = run.request(
        "POST",
        f"/cases/{reference}/{name}",
        values,
        token=token,
        headers={"if-match": f'"{case["version"]}"', "idempotency-key": uuid.uuid4().hex},
    )
    assert answer.status == 200, answer.body
    return answer.json


def texts_about(run: Any, reference: str) -> list[tuple[datetime, str, str]]:
    """The texts (not mails) sent about a case: when, to which number, by which template."""
    return [
        (at(sent["at"]), sent["to"], sent["template"])
        for sent in run.outbox()
        if sent["channel"] == "sms" and reference in sent["cases"]
    ]


def phone_of(run: Any, unit: str, role: str) -> str:
    """The number of whoever answers for a role, as the sample organisation says."""
    person = claims(run.token(unit, role))["sub"]
    with (ROOT / "policies" / "sample" / "postal" / "people.csv").open(encoding="utf-8-sig") as file:
        numbers = {row["id"]: row["phone"] for row in csv.DictReader(file)}
    return re.sub(r"[^+\d]", "", numbers[person])


def reference_acknowledged_to(run: Any, customer: str) -> str:
    """The reference in the one acknowledgement that a customer got by e-mail."""
    cases = [sent["case"] for sent in run.outbox() if sent["to"] == customer]
    assert len(cases) == 1, cases
    reference: str = cases[0]
    return reference


def the_report(run: Any, month: str, name: str = "report.en.xlsx") -> bytes:
    """A file of the root's report of a month, downloaded through its presigned link."""
    token = run.token("hq", "service_department")
    lent = run.request("GET", f"/reports/{month}?unit=hq", token=token)
    assert lent.status == 200, lent.body
    link = next(file["url"] for file in lent.json["files"] if file["name"] == name)
    downloaded = run.fetch(link)
    assert downloaded.status == 200
    content: bytes = downloaded.body
    return content


def table(workbook: Any, sheet: str, first: str) -> dict[Any, dict[str, Any]]:
    """The table of a sheet whose first column is headed `first`: rows by first cell, cells by heading."""
    rows = [list(row) for row in workbook[sheet].iter_rows(values_only=True)]
    start = next(number for number, row in enumerate(rows) if row[0] == first)
    heading = rows[start]
    found = {}
    for row in rows[start + 1 :]:
        if row[0] is None:
            break
        found[row[0]] = {title: cell for title, cell in zip(heading, row, strict=False) if title is not None}
    return found


def claims(token: str) -> dict[str, Any]:
    """What a token says."""
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return found


def test_a_late_answer_climbs_the_ladder_and_the_month_is_reported(own_run: Any) -> None:
    run = own_run
    friday = next_friday_at_five(run.now())
    run.advance_to(friday - timedelta(minutes=5))
    front_desk = run.token("cc", "front_desk")
    lead_desk = run.token(PROVINCE, "lead_desk")

    # given a complaint over HTTP, acknowledged with what is promised; the same request again gets the same answer
    complaint = {
        "category": "delay",
        "text": "邮件多日未到，无人答复",
        "complainant": {"name": "测试用户甲", "email": "first@customer.example"},
        "consent": True,
    }
    key = {"idempotency-key": uuid.uuid4().hex}
    accepted = run.request("POST", "/complaints", complaint, headers=key)
    again = run.request("POST", "/complaints", complaint, headers=key)
    assert accepted.status == 201, accepted.body
    assert again.json == accepted.json
    assert accepted.json["promises"]
    late = accepted.json["reference"]

    # and a second one by e-mail; the same message twice makes one complaint
    message = EmailMessage()
    message["From"] = "second@customer.example"
    message["To"] = "complaints@desk.example"
    message["Subject"] = "包裹破损"
    message["Message-ID"] = f"<{uuid.uuid4().hex}@customer.example>"
    message.set_content("收到的包裹外包装破损，内件丢失，请核实处理。")
    host, port = run.endpoints["smtp"].split(":")
    for _ in range(2):
        with smtplib.SMTP(host, int(port), timeout=30) as smtp:
            smtp.send_message(message)
    run.advance_to(friday - timedelta(minutes=2))
    answered = reference_acknowledged_to(run, "second@customer.example")

    # and both sent to a province on Friday 17:00; the second is answered there in time
    run.advance_to(friday)
    order = {"order_type": "ordinary", "unit": PROVINCE, "at": friday.isoformat()}
    assert command(run, front_desk, late, "dispatch", order)["state"] == "in_progress"
    command(run, front_desk, answered, "dispatch", order)
    command(run, lead_desk, answered, "answer", {"order": 1, "text": "已联系客户并完成赔付，客户认可。"})

    # then it is due on Sunday 17:00, and the ladder is told at its instants, each exactly then
    sunday = friday + timedelta(days=2)
    monday = (friday + timedelta(days=3)).replace(hour=0)
    case = run.request("GET", f"/cases/{late}", token=lead_desk).json
    assert [at(one["due_at"]) for one in case["deadlines"] if one["order"] == 1] == [sunday]
    ladder = [
        (sunday, phone_of(run, PROVINCE, "service_director"), "unanswered_director"),
        (monday.replace(hour=15), phone_of(run, PROVINCE, "deputy_gm"), "unanswered_deputy"),
        (monday.replace(hour=17), phone_of(run, "hq", "service_department"), "unanswered_headquarters"),
        (monday.replace(hour=18), phone_of(run, "hq", "service_department"), "unanswered_at_headquarters"),
    ]
    run.advance_to(sunday - timedelta(minutes=1))
    assert texts_about(run, late) == []
    run.advance_to(sunday + timedelta(minutes=1))
    assert texts_about(run, late) == ladder[:1]

    # and the rest still happens when the machine fails in the middle
    run.kill()
    run.start()
    run.advance_to(monday.replace(hour=14, minute=59))
    assert texts_about(run, late) == ladder[:1]
    run.advance_to(monday.replace(hour=20))
    assert texts_about(run, late) == ladder
    assert texts_about(run, answered) == []

    # and the month's report says what was put in
    month = friday.strftime("%Y-%m")
    next_month = (friday.replace(day=1, hour=0) + timedelta(days=32)).replace(day=1)
    run.advance_to(next_month + timedelta(hours=4, minutes=30))
    content = the_report(run, month)
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    days = {
        day.date(): row["Received"] for day, row in table(workbook, "Volume by day", "Date").items() if row["Received"]
    }
    assert days == {friday.date(): 2}
    types = table(workbook, "Types", "Type")
    assert (types["delay"]["Received"], types["Total"]["Received"]) == (1, 2)
    channels = table(workbook, "Channels", "Channel")
    assert {name: row["Received"] for name, row in channels.items()} == {"website": 1, "e-mail": 1, "Total": 2}
    assert table(workbook, "Units", "Unit")["Customer Centre"]["Received"] == 2
    orders = table(workbook, "Deadlines", "Deadline")["order answered in 48 hours"]
    assert (orders["Fell due"], orders["Missed"], orders["On time"]) == (2, 1, 0.5)
    rungs = [
        row for row in workbook["Escalations"].iter_rows(values_only=True) if row[0] == "order answered in 48 hours"
    ]
    assert [row[-1] for row in rungs] == [1, 1, 1, 1]
    assert b"<html" in the_report(run, month, "report.en.html")

    # and made again it is the same, byte for byte
    made = run.request("POST", "/reports", {"period": month}, token=run.token("hq", "service_department"))
    assert made.status == 202, made.body
    run.now()  # once the queues are at rest
    listed = run.request("GET", "/reports", token=run.token("hq", "service_department")).json["periods"]
    assert [(bool(one["files"]), one.get("making")) for one in listed if one["period"] == month] == [(True, None)]
    assert the_report(run, month) == content
