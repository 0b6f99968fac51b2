"""Which ladder a customer who escalates climbs, where several could be climbed (POST-6, R13)."""

import pytest
from tests.support.play import Said, Tale

MAIL: Said = {
    "kind": "problem_mail",
    "channel": "phone",
    "category": "delay",
    "text": "邮件多日未到，无人答复",
    "unit": "beiyuan",
}
MINE = ("unanswered_director", "unanswered_deputy")


def chased() -> Tale:
    tale = Tale("postal").at("2026-11-20 09:00").does("front_desk@cc", "register", **MAIL)
    tale.does("front_desk@cc", "dispatch", order_type="ordinary", unit="donglan")
    return tale.at("2026-11-20 10:00").does("customer", "chase", remark="到底什么时候能到")


def climbed(tale: Tale, until: str) -> list[str]:
    return [line for line in tale.texts(until) if line.endswith(MINE)]


@pytest.mark.proves("POST-6", "R13")
def test_a_running_chaser_does_not_stand_in_the_place_of_the_order() -> None:
    tale = chased().at("2026-11-20 11:00").does("customer", "escalate", reason="三天没有人回电")
    assert climbed(tale, "2026-11-20 11:00") == ["2026-11-20 11:00 service_director@donglan unanswered_director"]


@pytest.mark.proves("POST-6", "R13")
def test_nor_does_one_that_was_missed_and_has_no_rung_left() -> None:
    tale = chased().at("2026-11-20 15:00").does("customer", "escalate", reason="三天没有人回电")
    tale.at("2026-11-20 16:00").does("customer", "escalate", reason="还是没有人回电")
    assert climbed(tale, "2026-11-20 16:00") == [
        "2026-11-20 15:00 service_director@donglan unanswered_director",
        "2026-11-20 16:00 deputy_gm@donglan unanswered_deputy",
    ]
