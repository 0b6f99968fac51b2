"""What is personal: where it may be, how it is erased, what holds it, when it ends; told on the postal operator."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.story import Story, story

from complaints.adapters import aws
from complaints.desk import log
from complaints.desk.anchor import anchors_of
from complaints.desk.verify import verify_case

PHONE, MAIL, NAME, PARCEL = "10099990001", "zhang@customer.example", "张小满", "EA000000005CN"
WORDS = "家住梧桐巷三号的我等了十天"
SECRETS = (PHONE, MAIL, NAME, PARCEL, WORDS)
BUCKETS = ("facts-bucket", "anchors-bucket", "files")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    with story("postal", monkeypatch, "2026-11-20 09:00") as told:
        yield told


def complained(desk: Story) -> str:
    """A complaint with everything personal that there is, worked until it is closed."""
    said = {"kind": "problem_mail", "channel": "phone", "category": "delay", "text": WORDS, "unit": "beiyuan"}
    customer = {"name": NAME, "phone": PHONE, "email": MAIL}
    case = desk.registered("front_desk@cc", **said, complainant=customer, fields={"parcel": PARCEL})
    desk.does("customer", case, "message", text=f"{WORDS}，电话 {PHONE}")
    desk.does("front_desk@cc", case, "dispatch", order_type="ordinary", unit="donglan")
    desk.attaches("regional_desk@donglan", case, "enquiry_proof")
    desk.at("2026-11-22 10:00")
    desk.does("regional_desk@donglan", case, "answer", order=1, text=f"已致电{NAME}本人签收", interim=False)
    desk.does("lead_desk@beiyuan", case, "contact", reached=True, remark=f"{NAME}确认收到")
    desk.does("lead_desk@beiyuan", case, "close", remark=f"{NAME}确认收到邮件")
    desk.does("callback_agent@cc", case, "callback", reached=True, satisfied=True)
    return case


def nightly(desk: Story) -> Any:
    """What runs every night at two."""
    from functions.report import daily

    return daily.handler({}, None)


def kept(bucket: str) -> dict[str, bytes]:
    """Everything in a bucket."""
    s3 = aws.client("s3")
    names = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    return {name: s3.get_object(Bucket=bucket, Key=name)["Body"].read() for name in names}


def leaked(text: str) -> list[str]:
    """What personal things a text holds."""
    return [secret for secret in SECRETS if secret in text or json.dumps(secret)[1:-1] in text]


@pytest.mark.proves("INS-10")
def test_nothing_personal_leaves_the_fields_that_are_made_for_it(
    desk: Story, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given everything that goes into the log and through the queues
    log.configure()
    logged = io.StringIO()
    monkeypatch.setattr(logging.getLogger("complaints").handlers[0], "stream", logged)
    bodies: list[str] = []
    handed_on = Story.call

    def noted(self: Story, queue: str, got: list[dict[str, Any]]) -> Any:
        bodies.extend(message["Body"] for message in got)
        return handed_on(self, queue, got)

    monkeypatch.setattr(Story, "call", noted)
    case = complained(desk)
    desk.at("2026-11-23 02:00")
    assert nightly(desk)["broken"] == []
    # then the record shows all of it to those who work on it
    assert bodies
    assert leaked("\n".join(bodies)) == []
    seen = json.dumps(desk.seen("lead_desk@beiyuan", case), ensure_ascii=False)
    assert set(leaked(seen)) == set(SECRETS)
    # and nothing of it is in logs, messages, facts, anchors, or in the bytes that the chain seals
    logs = logged.getvalue() + capsys.readouterr().out
    assert "answered" in logs
    assert leaked(logs) == []
    for bucket in ("facts-bucket", "anchors-bucket"):
        files = kept(bucket)
        assert files
        assert leaked(b"\n".join(files.values()).decode("utf-8", "replace") + "".join(files)) == []
    beside = {item["pk"] + item["sk"]: leaked(str({**item, "personal": ""})) for item in desk.raw_items()}
    assert {place: found for place, found in beside.items() if found} == {}


@pytest.mark.proves("INS-10")
def test_erasing_a_customer_leaves_a_chain_that_verifies(desk: Story) -> None:
    case = complained(desk)
    desk.at("2026-11-23 02:00")
    nightly(desk)
    # a legal hold comes first: what is held is not erased
    desk.does("admin@hq", case, "hold", reason="法院调取本案记录")
    assert desk.refused("admin@hq", case, "erase", reason="客户要求删除个人信息") == "409"
    desk.does("admin@hq", case, "release", reason="法院调取完毕")
    assert desk.refused("lead_desk@beiyuan", case, "erase", reason="客户要求删除个人信息") == "403"
    desk.does("admin@hq", case, "erase", reason="客户要求删除个人信息")
    # then nothing personal is left anywhere, and the record still shows that nobody changed it
    everything = str(desk.raw_items()) + "".join(str(kept(bucket)) for bucket in BUCKETS)
    assert leaked(everything) == []
    assert [name for name in kept("files") if case in name] == []
    assert verify_case(desk.desk, case, anchors_of(desk.desk, case)).faults == ()
    assert anchors_of(desk.desk, case)
    seen = desk.seen("lead_desk@beiyuan", case)
    assert (seen["complainant"], seen["text"], seen["state"]) == ({}, "", "closed")
    assert desk.ask("GET", f"/cases?customer={PHONE}", who="service_department@hq").json["cases"] == []
    # who complains again is a new customer
    said = {"kind": "problem_mail", "channel": "phone", "category": "delay", "text": WORDS, "unit": "beiyuan"}
    assert desk.registered("front_desk@cc", **said, complainant={"phone": PHONE}) != case


@pytest.mark.proves("INS-10")
def test_the_last_instant_of_a_case_archives_it_unless_it_is_held(desk: Story) -> None:
    case, other = complained(desk), ""
    said = {"kind": "query", "channel": "phone", "text": "请问邮件到哪里了", "unit": "cc"}
    other = desk.registered("agent@cc", **said, complainant={"phone": PHONE})
    desk.does("agent@cc", other, "close", remark="邮件已到达处理中心")
    desk.does("admin@hq", other, "hold", reason="法院调取本案记录")
    desk.at("2029-11-22 23:00")
    assert [desk.case(one).case.phase for one in (case, other)] == ["closed", "closed"]
    desk.at("2029-11-23 08:00")
    # three years after its closing: archived without what is personal, whole all the same
    assert [desk.case(one).case.phase for one in (case, other)] == ["retired", "closed"]
    archived = {name: content for name, content in kept("files").items() if name.startswith("archive/")}
    assert list(archived) == [f"archive/2026/{case}.json"]
    assert not leaked(archived[f"archive/2026/{case}.json"].decode())
    assert verify_case(desk.desk, case).faults == ()
    # the hold released, the other one follows
    desk.does("admin@hq", other, "release", reason="法院调取完毕")
    desk.at("2029-11-23 09:00")
    assert desk.case(other).case.phase == "retired"
    assert leaked(str(desk.raw_items()) + str(kept("files"))) == []
