"""Identifiers: what one person writes in many ways is one thing."""

import pytest

from complaints.desk.identifiers import normal


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("phone", "+86 138 0013 8000", "138-0013-8000"),
        ("phone", "０１０－８８８８７７７７", "+86 10 8888 7777"),
        ("phone", "(0044) 20 7946 0018", "+44 20 7946 0018"),
        ("email", " Wang.Li@Example.COM ", "wang.li@example.com"),
        ("order_number", "a-1234 5678", "A12345678"),
        ("parcel", "ｅｍｓ１２３４５６７８９", "EMS123456789"),
    ],
)
def test_ways_of_writing_one_identifier_are_one(kind: str, one: str, other: str) -> None:
    assert normal(kind, one) == normal(kind, other) != ""


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [("phone", "13800138000", "13800138001"), ("email", "a@b.cn", "b@b.cn"), ("order_number", "1", "2")],
)
def test_different_identifiers_stay_different(kind: str, one: str, other: str) -> None:
    assert normal(kind, one) != normal(kind, other)


@pytest.mark.parametrize(
    ("kind", "value"), [("phone", "none"), ("phone", None), ("email", "nobody"), ("email", "@"), ("vin", " - ")]
)
def test_what_is_no_identifier_has_no_normal_form(kind: str, value: object) -> None:
    assert normal(kind, value) == ""
