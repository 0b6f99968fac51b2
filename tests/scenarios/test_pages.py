"""What only a page shows: the manual (AUTO-17), the forms to print (INS-13)."""

from collections.abc import Iterator

import pytest
from tests.support.world import World, world

TEXT = "理赔材料提交后一直无人联系"
CALL = {
    "channel": "phone",
    "text": TEXT,
    "complainant": {"name": "张三", "phone": "10000000000"},
}


@pytest.fixture
def insurer(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("insurer", monkeypatch) as made:
        yield made


@pytest.fixture
def importer(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("auto", monkeypatch) as made:
        yield made


def session(desk: World, person: str) -> dict[str, str]:
    return desk.signed_in(person, **{"accept-language": "zh-CN"})


@pytest.mark.proves("INS-13", "D10")
def test_registration_form_and_transfer_sheet_can_be_printed(insurer: World) -> None:
    agent = insurer.person("agent", "tc")
    made = insurer.call("POST", "/cases", {**CALL, "kind": "complaint"}, person=agent)
    assert made.status == 201, made.text
    reference = made.json["reference"]
    seated = session(insurer, agent)
    form = insurer.call("GET", f"/desk/cases/{reference}/form", headers=seated)
    assert form.status == 200
    assert "投诉登记表" in form.text
    assert TEXT in form.text
    assert "接收人签字" in form.text
    orders = insurer.call("GET", f"/cases/{reference}", person=agent).json["orders"]
    sheet = insurer.call("GET", f"/desk/cases/{reference}/form?order=99", headers=seated)
    assert sheet.status == 404
    for order in orders:
        sheet = insurer.call("GET", f"/desk/cases/{reference}/form?order={order['order']}", headers=seated)
        assert "投诉转办单" in sheet.text


@pytest.mark.proves("AUTO-17")
def test_the_portal_has_a_manual(importer: World) -> None:
    page = importer.call("GET", "/desk/manual", headers=session(importer, importer.person("agent", "importer")))
    assert page.status == 200
    assert "投诉" in page.text
    assert "使用手册" in page.text
