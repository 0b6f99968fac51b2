"""The postal operator's process, told through the HTTP interface and the worker: orders and their ladders."""

from collections.abc import Iterator

import pytest
from tests.support.story import Story, story

from complaints.adapters.table import FACT_SHARDS
from complaints.reporting.facts import decode

LATE_MAIL = {
    "kind": "problem_mail",
    "channel": "phone",
    "category": "delay",
    "text": "邮件多日未到，无人答复",
    "complainant": {"phone": "10000000000"},
    "unit": "beiyuan",
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    with story("postal", monkeypatch, "2026-11-20 09:00") as told:
        yield told


@pytest.mark.proves("POST-3", "POST-4", "POST-6", "POST-20", "R1", "R3", "R16")
def test_an_unanswered_order_climbs_from_the_director_to_headquarters(desk: Story) -> None:
    # given an ordinary order sent on Friday at 17:00
    desk.at("2026-11-20 17:00")
    case = desk.registered("front_desk@cc", **LATE_MAIL)
    desk.does("front_desk@cc", case, "dispatch", order_type="ordinary", unit="donglan")
    assert desk.due(case)["answer_order#1"] == "2026-11-22 17:00"
    # whoever asks why gets the hours that count: of Friday, Saturday and Sunday
    path = f"/cases/{case}/deadlines/answer_order/explanation?order=1"
    told = desk.ask("GET", path, who="regional_desk@donglan").json
    assert told["due_at"] == "2026-11-22T17:00:00+08:00"
    assert [one["seconds"] / 3600 for one in told["counted"]] == [1, 10, 9]
    # when nobody answers
    desk.at("2026-11-22 16:59")
    assert desk.told_of(case) == []
    desk.at("2026-11-24 12:00")
    # then
    assert desk.told_of(case) == [
        "2026-11-22 17:00 service_director@donglan unanswered_director",
        "2026-11-23 15:00 deputy_gm@donglan unanswered_deputy",
        "2026-11-23 17:00 service_department@hq unanswered_headquarters",
        "2026-11-23 18:00 service_department@hq unanswered_at_headquarters",
    ]
    # the deputy general manager's rung is counted for the person who held the post
    store = desk.desk.store
    lines = [line for shard in range(FACT_SHARDS) for line in store.facts("2026-11-23", shard)]
    told = {(fact.role, fact.person) for fact in decode("".join(lines).encode()) if fact.type == "told"}
    assert ("deputy_gm", desk.person("deputy_gm@donglan")) in told
    # and an answer at last ends the order, which stays late; nobody is told again
    desk.does("regional_desk@donglan", case, "answer", order=1, text="邮件今日由本人签收", interim=False)
    desk.at("2026-11-26 12:00")
    assert (desk.met(case)["answer_order#1"], desk.order(case, 1), len(desk.told_of(case))) == (False, "accepted", 4)


@pytest.mark.proves("POST-6", "POST-15", "R13", "R14", "D1")
def test_customers_escalate_and_chase_from_their_own_page(desk: Story) -> None:
    case = desk.registered("front_desk@cc", **{**LATE_MAIL, "complainant": {"email": "c@customer.example"}})
    # R14: a key city's director stands in the province's place
    desk.does("front_desk@cc", case, "dispatch", order_type="ordinary", unit="yl-xicheng")
    desk.at("2026-11-20 10:00")
    desk.does("customer", case, "chase", text="到底什么时候能到")
    assert desk.due(case)["chaser_answer"] == "2026-11-20 14:00"
    # R13: the first rung at once, then the next of the same ladder
    desk.at("2026-11-20 11:00")
    desk.does("customer", case, "escalate", text="三天没有人回电")
    desk.at("2026-11-20 12:00")
    desk.does("front_desk@cc", case, "escalate", order=1, reason="客户再次来电要求升级")
    desk.does("lead_desk@beiyuan", case, "contact", reached=True, remark="告知客户已在派送途中")
    desk.at("2026-11-20 13:00")
    assert desk.told_of(case) == [
        "2026-11-20 09:00 customer acknowledgement",
        "2026-11-20 10:00 lead_desk@beiyuan chased",
        "2026-11-20 11:00 service_director@yl-xicheng unanswered_director",
        "2026-11-20 12:00 deputy_gm@yunling unanswered_deputy",
    ]
    assert desk.met(case)["chaser_answer"] is True
    # one ladder an order: it goes on from there, and nobody is told a second time when the 48 hours are over
    desk.at("2026-11-22 18:00")
    assert desk.told_of(case)[4:] == [
        "2026-11-20 14:00 service_department@hq unanswered_headquarters",
        "2026-11-20 15:00 service_department@hq unanswered_at_headquarters",
    ]


@pytest.mark.proves("POST-1", "POST-2", "POST-3", "POST-12", "POST-14", "R16")
def test_an_urgent_complaint_from_the_website_is_heard_again_first(desk: Story) -> None:
    # given words that say so, from the public form
    case = desk.registered(
        text="护照十天没有收到，我要找记者曝光", category="loss", complainant={"email": "c@customer.example"}
    )
    assert desk.seen("urgent_group@cc", case)["derived"]["severity"] == "urgent"
    assert desk.due(case) == {
        "cleared_same_day": "2026-11-21 00:00",
        "promised_answer": "2026-11-22 09:00",
        "rehearing": "2026-11-20 10:00",
    }
    # when the front desk would send it on at once
    said = {"order_type": "ordinary", "unit": "donglan"}
    assert desk.refused("front_desk@cc", case, "dispatch", **said) == "409"
    assert desk.refused("urgent_group@cc", case, "confirm", result="confirmed", unit="donglan") == "recording"
    # and nobody hears the call again within its hour
    desk.at("2026-11-20 10:30")
    desk.does("urgent_group@cc", case, "confirm", result="confirmed", unit="donglan", recording="rec-1")
    # then the order is there and the system itself has told the director of that province
    assert desk.due(case)["answer_order#1"] == "2026-11-22 10:30"
    assert desk.told_of(case) == [
        "2026-11-20 09:00 customer acknowledgement",
        "2026-11-20 09:00 urgent_group@cc to_be_heard_again",
        "2026-11-20 10:00 manager@cc centre_late",
        "2026-11-20 10:30 service_director@donglan urgent_order",
    ]
    assert (desk.met(case)["rehearing"], desk.met(case)["cleared_same_day"]) == (False, True)
    assert desk.refused("front_desk@cc", case, "dispatch", order_type="urgent", unit="yunling") == "order_type"


@pytest.mark.proves(
    "POST-3", "POST-5", "POST-7", "POST-10", "POST-12", "POST-13", "POST-15", "POST-21", "R7", "R16", "R17"
)
def test_an_order_is_worked_by_its_region_sent_again_and_closed_by_the_lead_desk(desk: Story) -> None:
    case = desk.registered("front_desk@cc", **{**LATE_MAIL, "complainant": {"email": "c@customer.example"}})
    desk.does("front_desk@cc", case, "dispatch", order_type="ordinary", unit="donglan")
    desk.does("regional_desk@donglan", case, "dispatch", order_type="linked", unit="dl-haiqu-1", parent=1)
    assert {name: due for name, due in desk.due(case).items() if "#" in name} == {
        "answer_order#1": "2026-11-22 09:00",
        "linked_answer#2": "2026-11-20 12:00",
    }
    # the slot goes by; an answer that says nothing is none
    desk.at("2026-11-20 12:30")
    assert desk.refused("handler@dl-haiqu-1", case, "answer", order=2, text="正在处理中") == "text"
    desk.does("handler@dl-haiqu-1", case, "answer", order=2, text="邮件滞留揽投部货架")
    assert desk.refused("handler@dl-haiqu-1", case, "review", order=2, result="pass") == "403"
    desk.does("regional_desk@donglan", case, "review", order=2, result="pass")
    # an interim answer ends that try only: sent again, the order's own time runs on
    desk.at("2026-11-20 16:00")
    desk.does("regional_desk@donglan", case, "answer", order=1, text="仍在跟踪再投，请再派", interim=True)
    assert desk.refused("lead_desk@beiyuan", case, "close", remark="客户确认收到邮件") == "409"
    desk.does("lead_desk@beiyuan", case, "dispatch", order=1, remark="请跟踪至妥投")
    assert desk.due(case)["answer_order#1"] == "2026-11-22 09:00"
    desk.at("2026-11-22 08:59")
    desk.does("regional_desk@donglan", case, "answer", order=1, text="今日本人签收并致歉", interim=False)
    # closed by the lead desk alone, after a call to the customer, and called back
    assert desk.refused("front_desk@cc", case, "close", remark="客户确认收到邮件") == "403"
    assert desk.refused("lead_desk@beiyuan", case, "close", remark="客户确认收到邮件") == "409"
    desk.does("lead_desk@beiyuan", case, "contact", reached=True, remark="客户确认收到邮件")
    desk.does("lead_desk@beiyuan", case, "close", remark="客户确认收到邮件")
    assert desk.state(case) == "closed"
    desk.does("callback_agent@cc", case, "callback", reached=True, satisfied=False)
    desk.at("2026-11-22 10:00")
    assert desk.state(case) == "in_progress"  # whoever is dissatisfied has the case open again
    assert desk.told_of(case) == [
        "2026-11-20 09:00 customer acknowledgement",
        "2026-11-20 12:00 manager@dl-haiqu-1 dispatch_late",
        "2026-11-20 16:00 customer progress",
        "2026-11-22 08:59 customer closed",
    ]
    met = desk.met(case)
    assert (met["linked_answer#2"], met["answer_order#1"]) == (False, True)


@pytest.mark.proves("POST-3", "POST-14", "POST-21", "POST-22", "POST-24")
def test_kinds_and_lines_of_business_have_their_own_ways(desk: Story) -> None:
    # a special request is a kind of its own, a simple query is answered at once, without an order
    wish = {"channel": "phone", "text": "请改为周六下午投递", "unit": "cc"}
    request = desk.registered("front_desk@cc", kind="special_request", **wish)
    query = desk.registered("agent@cc", kind="query", channel="phone", text="请问邮件到哪里了", unit="cc")
    assert desk.refused("front_desk@cc", query, "dispatch", order_type="ordinary", unit="donglan") == "409"
    desk.does("agent@cc", query, "close", remark="邮件已到达东澜处理中心")
    desk.does("front_desk@cc", request, "dispatch", order_type="direct", unit="by-hub")
    # the answer to a direct dispatch needs a recorded contact with the customer first
    assert desk.refused("handler@by-hub", request, "answer", order=1, text="邮件周六下午投递") == "409"
    desk.does("handler@by-hub", request, "contact", order=1, reached=True, remark="与客户约定周六下午")
    desk.at("2026-11-20 11:00")
    desk.does("handler@by-hub", request, "answer", order=1, text="邮件周六下午投递")
    assert desk.met(request)["direct_answer#1"] is True
    # trees of different depth: a production unit under its province, another under a city of it
    mail = desk.registered("front_desk@cc", **LATE_MAIL)
    desk.does("front_desk@cc", mail, "dispatch", order_type="direct", unit="by-shuangxi-1")
    for unit, found in (("by-hub", []), ("by-shuangxi-1", [mail])):
        lines = desk.ask("GET", f"/cases?unit={unit}", who=f"handler@{unit}").json["cases"]
        assert [line["reference"] for line in lines if line["order"]] == found
    assert (desk.state(query), desk.state(request)) == ("closed", "in_progress")
    # who may create what: no linked dispatch by the front desk, no order by a production unit
    said = {"order_type": "linked", "unit": "by-hub", "parent": 1}
    assert desk.refused("front_desk@cc", mail, "dispatch", **said) == "order_type"
    assert desk.refused("handler@by-shuangxi-1", mail, "dispatch", order_type="ordinary", unit="beiyuan") == "403"


@pytest.mark.proves("D2", "D3", "D9", "POST-12")
def test_a_flood_is_one_incident_answered_and_supervised_together(desk: Story) -> None:
    cases = [
        desk.registered("front_desk@cc", **{**LATE_MAIL, "complainant": {"phone": f"1000000000{n}"}}) for n in (1, 2, 3)
    ]
    made = desk.ask("POST", "/incidents", {"cases": cases, "remark": "暴雨停运造成延误"}, who="front_desk@cc").json
    assert [one["status"] for one in made["results"]] == [200, 200, 200]
    said = {"order_type": "ordinary", "unit": "donglan"}
    batch = {"command": "dispatch", "incident": made["incident"], "values": said}
    sent = desk.ask("POST", "/batch", batch, who="front_desk@cc").json["results"]
    assert [one["status"] for one in sent] == [200, 200, 200]
    # one of them is already answered when all are: each is answered for itself
    words = {"text": "暴雨停运邮件明日投递", "interim": False}
    desk.does("regional_desk@donglan", cases[1], "answer", order=1, **words)
    listed = [{"reference": case, "order": 1} for case in cases]
    batch = {"command": "answer", "cases": listed, "values": words}
    answered = desk.ask("POST", "/batch", batch, who="regional_desk@donglan").json["results"]
    assert {one["reference"]: one["status"] for one in answered} == dict(zip(cases, (200, 409, 200), strict=True))
    found = desk.ask("GET", f"/cases?find={made['incident']}", who="service_department@hq").json["cases"]
    assert {line["reference"] for line in found} == set(cases)
    # supervised with a date of its own, which is missed
    due = {"due_at": "2026-11-20T15:00:00+08:00", "remark": "请当日办结并回复"}
    desk.does("service_director@beiyuan", cases[0], "supervise", **due)
    desk.at("2026-11-20 16:00")
    assert desk.met(cases[0])["supervision"] is False
    assert desk.told_of(cases[0]) == ["2026-11-20 15:00 service_director@beiyuan supervision_missed"]
