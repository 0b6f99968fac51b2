"""Personal data: found by its check digit or the words beside it, masked whole, and looked up only under a key."""

import json
import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.checkdigits import identity_card_checks, luhn_checks, vin_checks
from complaints.privacy import Identifier, canonical, find, keyed_hash, mask, mask_name, mask_phone

CASES = (
    Path(os.environ.get("COMPLAINTS_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
    / "pii"
    / "masking_cases.jsonl"
)
KEY = b"0123456789abcdef"


def test_check_digits() -> None:
    assert identity_card_checks("11010519491231002X")
    assert not identity_card_checks("110105194912310021")
    assert luhn_checks("4111111111111111")
    assert not luhn_checks("4111111111111112")
    assert vin_checks("1M8GDM9AXKP042788")
    assert not vin_checks("1M8GDM9A1KP042788")
    assert not vin_checks("1M8GDM9AXKP04278O")


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("号码 11010519491231002X 请核实", "identity_card", "11010519491231002X"),
        ("我的ID11010519491231002x", "identity_card", "11010519491231002x"),
        ("身份证110105194912310021", "identity_card", "110105194912310021"),
        ("110105 19491231 002X是我的身份证", "identity_card", "110105 19491231 002X"),
        ("身份证号110105491231002", "identity_card", "110105491231002"),
        ("付款 4111 1111 1111 1111", "card", "4111 1111 1111 1111"),
        ("卡号6222020000000000001", "card", "6222020000000000001"),
        ("the car 1M8GDM9AXKP042788 broke", "vin", "1M8GDM9AXKP042788"),
        ("车架号LSVAB000000000001", "vin", "LSVAB000000000001"),
        ("车牌京A·D12345", "plate", "京A·D12345"),
        ("沪B1234学在路上", "plate", "沪B1234学"),
        ("车牌使123456", "plate", "使123456"),
        ("请打10000000001或电话10000000002", "phone", "10000000002"),
        ("13900000001", "phone", "13900000001"),
        ("+86 139-0000-0001", "phone", "+86 139-0000-0001"),
        ("１３９０００００００１", "phone", "１３９０００００００１"),
        ("(010)60000000转801", "phone", "(010)60000000转801"),
        ("call (202) 555-0100 now", "phone", "(202) 555-0100"),
        ("电话 9000 0001", "phone", "9000 0001"),
        ("邮箱a.b@example.com收", "email", "a.b@example.com"),
        ("护照E00000001", "paper", "E00000001"),
        ("台胞证00000001", "paper", "00000001"),
        ("保单号：AB2026000001", "policy", "AB2026000001"),
        ("邮件EA000000005CN丢失", "parcel", "EA000000005CN"),
        ("运单号1000000000001", "parcel", "1000000000001"),
        ("from 192.0.2.1", "address", "192.0.2.1"),
        ("from 2001:db8::1", "address", "2001:db8::1"),
        ("加微信：abc_12345", "account", "abc_12345"),
        ("姓名：王小明，", "name", "王小明"),
    ],
)
def test_personal_data_is_found_whole(text: str, kind: str, found: str) -> None:
    assert [(each.kind, text[each.start : each.end]) for each in find(text)] == [(kind, found)]
    assert found not in mask(text)
    assert len(mask(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "订单号520000000078740000",
        "订单号4111111111111111",
        "统一社会信用代码91310113CEWNWAP324",
        "已拨打12345、95598、110和400-810-1234未果",
        "客服电话4008101234",
        "金额13900000001元",
        "价格1.3900000001e10",
        "电话于2026-10-01 12:00打来",
        "在2011-2012年间致电",
        "时间12:30:45，版本1.2.3.4",
        "京A座12345室",
        "std::vector",
        "微信支付100000元",
        "watch?v=cqqte6n_ghm",
        "工单202611200001",
    ],
)
def test_what_is_nobodys_stays_readable(text: str) -> None:
    assert mask(text) == text


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120))
def test_any_text_can_be_masked_and_keeps_its_length(text: str) -> None:
    once = mask(text)
    assert len(once) == len(text)
    spans = [(each.start, each.end) for each in find(text)]
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(not c.isalnum() for start, end in spans for c in once[start:end])


@pytest.mark.corpus
@pytest.mark.skipif(not CASES.exists(), reason="no corpora beside the checkout")
def test_the_texts_of_other_people_are_masked_as_they_ask() -> None:
    failed = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        masked = mask(case["text"])
        if any(s in masked for s in case["must_mask"]) or any(s not in masked for s in case["must_keep"]):
            failed.append(case["id"])
    assert failed == []


def test_names_and_phones_are_shown_in_part() -> None:
    assert [mask_name(name) for name in ("王小明", "John Smith", "李", "")] == ["王**", "J*** S****", "*", ""]
    assert [mask_phone(phone) for phone in ("+8613900008740", "139-0000-8740", "12345", "")] == [
        "+*********8740",
        "***-****-8740",
        "***45",
        "",
    ]


@pytest.mark.parametrize(
    ("kind", "written", "meant"),
    [
        (
            "phone",
            ["13900000001", "139-0000-0001", "+86 139 0000 0001", "0086-13900000001", "８６１３９０００００００１"],
            "+8613900000001",
        ),
        ("phone", ["010-60000000", "(010) 6000 0000 转 801", "+86 (0)10 60000000", "86 10 6000 0000"], "+861060000000"),
        ("phone", ["+1 (202) 555-0100", "001 202 555 0100"], "+12025550100"),
        ("phone", ["110", "", "abc", "1" * 30], ""),
        ("email", ["Ann@Example.COM", " <ann@example.com> ", "mailto:ann@example.com"], "ann@example.com"),
        ("email", ["ann", "@example.com", "ann@"], ""),
        ("parcel", ["ea 000 000 005 cn", "EA-000000005-CN", "ＥＡ000000005CN"], "EA000000005CN"),
        ("vin", ["lsvab000000000001", "LSVAB-0000-0000-0001", "LSVABOOOOOOOOOOOI"], "LSVAB000000000001"),
        ("policy", ["ab-2026/0001", "AB 2026 0001"], "AB20260001"),
    ],
)
def test_an_identifier_has_one_form_however_it_is_written(kind: Identifier, written: list[str], meant: str) -> None:
    assert {text: canonical(kind, text) for text in written} == dict.fromkeys(written, meant)


def test_another_countrys_numbers_are_completed_with_its_code() -> None:
    assert canonical("phone", "020 7946 0000", country="44") == "+442079460000"
    assert canonical("phone", "+44 (0)20 7946 0000", country="44") == "+442079460000"


def test_a_look_up_key_tells_nothing_without_the_secret() -> None:
    one = keyed_hash(KEY, "phone", "+8613900000001")
    assert len(one) == 24
    assert one == keyed_hash(KEY, "phone", "+8613900000001")
    assert len({one, keyed_hash(b"f" * 16, "phone", "+8613900000001"), keyed_hash(KEY, "email", "+8613900000001")}) == 3
    with pytest.raises(ValueError, match="shorter than 16 bytes"):
        keyed_hash(b"short", "phone", "+8613900000001")
