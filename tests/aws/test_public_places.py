"""What a customer meets at the form: a place in words, the language chosen, the files that are taken."""

from urllib.parse import urlencode

import pytest
from tests.support.world import Answer, World, world

from complaints.desk.dossier import read

PLACES = (("carmaker", "dealer"), ("auto", "dealer"), ("postal", "posted_in"))
FORM = "application/x-www-form-urlencoded"


def _filled(**more: str) -> bytes:
    said = {"text": "修了四次还没有修好", "complainant.email": "li@example.com", "consent": "true", **more}
    return urlencode(said).encode()


def _sent(desk: World, address: str = "/complaints", **more: str) -> Answer:
    return desk.call("POST", address, raw=_filled(**more), content_type=FORM)


@pytest.mark.parametrize(("policy", "field"), PLACES)
def test_a_place_that_nobody_knows_is_taken_down_and_the_case_stays_at_the_door(
    policy: str, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(policy, monkeypatch) as desk:
        body = {"text": "修了四次还没有修好", "complainant": {"email": "li@example.com"}, "consent": True}
        made = desk.call("POST", "/complaints", {**body, "fields": {field: "城东那家店"}})
        assert made.status == 201, made.text
        case = read(desk.desk, made.json["reference"], desk.now).case
        assert case.unit == desk.desk.policies.current(desk.now).policy.intake.unit
        assert case.fields[field] == "城东那家店"


def test_a_language_chosen_on_the_form_stays_with_the_customer(monkeypatch: pytest.MonkeyPatch) -> None:
    with world("hotline", monkeypatch) as desk:
        page = desk.call("GET", "/complaints?lang=zh-CN", headers={"accept": "text/html", "accept-language": "en"})
        assert 'action="complaints?lang=zh-CN"' in page.text
        wrong = _sent(desk, "/complaints?lang=zh-CN", text="")
        assert (wrong.status, 'lang="zh-CN"' in wrong.text, "我要投诉" in wrong.text) == (422, True, True)
        thanks = _sent(desk, "/complaints?lang=zh-CN")
        address = thanks.text.partition('class="button" href="')[2].partition('"')[0].replace("&amp;", "&")
        assert address.endswith("&lang=zh-CN")
        status = desk.call("GET", "/" + address.partition("://")[2].partition("/")[2], headers={"accept": "text/html"})
        assert '/messages?lang=zh-CN"' in status.text


def test_a_file_of_a_type_not_taken_is_named_with_the_endings_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    with world("hotline", monkeypatch) as desk:
        raw = b"".join(
            f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in (
                ("text", "修了四次还没有修好"),
                ("complainant.email", "li@example.com"),
                ("consent", "true"),
            )
        )
        raw += '--b\r\nContent-Disposition: form-data; name="file"; filename="发票.txt"\r\n'.encode()
        raw += b"Content-Type: text/plain\r\n\r\nx\r\n--b--\r\n"
        page = desk.call("POST", "/complaints?lang=zh-CN", raw=raw, content_type="multipart/form-data; boundary=b")
        assert page.status == 422
        assert "文件“发票.txt”的类型（text/plain）不能接收，可上传：JPG, PNG, PDF。" in page.text


def test_the_desk_says_what_the_customer_wrote_and_that_the_system_found_no_such_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with world("carmaker", monkeypatch) as desk:
        person = {"name": "王先生", "email": "li@example.com"}
        body = {
            "text": "修了四次还没有修好",
            "complainant": person,
            "consent": True,
            "fields": {"dealer": "城东那家店"},
        }
        reference = desk.call("POST", "/complaints", body).json["reference"]
        session = desk.signed_in(desk.person("agent", "hq"))
        page = desk.call("GET", f"/desk/cases/{reference}?lang=zh-CN", headers=session).text
        for said in ("<dt>相关服务店</dt><dd>城东那家店</dd>", "系统未能自动执行", "<dt>姓名</dt><dd>王先生</dd>"):
            assert said in page


def test_the_timeline_names_the_state_that_a_step_led_to(monkeypatch: pytest.MonkeyPatch) -> None:
    with world("hotline", monkeypatch) as desk:
        body = {
            "text": "洗衣机漏水",
            "complainant": {"email": "li@example.com"},
            "consent": True,
            "category": "quality",
        }
        reference = desk.call("POST", "/complaints", body).json["reference"]
        session = desk.signed_in(desk.person("agent", "hq"))
        assert "状态: 处理中" in desk.call("GET", f"/desk/cases/{reference}?lang=zh-CN", headers=session).text


def test_the_customer_is_offered_all_that_can_be_said_and_a_refusal_leads_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with world("hotline", monkeypatch) as desk:
        body = {"text": "洗衣机漏水", "complainant": {"email": "li@example.com"}, "consent": True}
        made = desk.call("POST", "/complaints", body).json
        address = f"/complaints/{made['reference']}"
        html = {"accept": "text/html", "accept-language": "zh-CN"}
        page = desk.call("GET", f"{address}?token={made['token']}", headers=html).text
        offered = [one for one in ("message", "chase", "escalate", "dispute", "withdraw") if f'value="{one}"' in page]
        assert offered == ["message", "chase", "escalate", "withdraw"]
        raw = urlencode({"token": made["token"], "text": ""}).encode()
        wrong = desk.call("POST", f"{address}/messages", raw=raw, content_type=FORM, headers=html)
        assert (wrong.status, "请填写此项" in wrong.text, "errors" in wrong.text) == (422, True, False)
        assert f"{address}?token={made['token']}" in wrong.text
        sent = urlencode({"token": made["token"], "type": "chase", "text": "已等三天，请尽快"}).encode()
        assert desk.call("POST", f"{address}/messages", raw=sent, content_type=FORM, headers=html).status == 303
        gone = urlencode({"token": made["token"], "type": "withdraw", "text": "不投诉了，谢谢"}).encode()
        assert desk.call("POST", f"{address}/messages", raw=gone, content_type=FORM, headers=html).status == 303
        assert 'name="type"' not in desk.call("GET", f"{address}?token={made['token']}", headers=html).text
