"""A case that goes on after its closing: what the closing settled is open again; a hold keeps what there is."""

import pytest
from tests.support.play import Said, Tale

BILL: Said = {"kind": "complaint", "channel": "phone", "category": "billing", "text": "账单金额与合同不符"}


def closed() -> Tale:
    tale = Tale("hotline").at("2026-11-16 10:00").does("agent@hq", "register", **BILL)
    tale.at("2026-11-16 11:00").does("handler@billing", "solve", outcome="solved", solution="退还一半金额")
    tale.does("handler@billing", "contact", reached=True, remark="与客户确认退款到账")
    return tale.does("handler@billing", "close", remark="客户确认退款到账")


@pytest.mark.proves("HOT-4")
def test_a_disputed_case_is_neither_solved_nor_closed_nor_rated() -> None:
    tale = closed().at("2026-11-16 12:00").does("customer", "rate", score=2)
    case = tale.does("customer", "dispute", text="应当全额退还").case()
    assert (case.closed_at, case.solved_at, case.score) == (None, None, None)
    # solved and closed again, it is rated again, once
    tale.at("2026-11-17 10:00").does("handler@billing", "solve", outcome="agreed", solution="全额退还并致歉")
    tale.does("handler@billing", "contact", reached=True, remark="与客户确认全额退款到账")
    tale.does("handler@billing", "close", remark="客户确认全额退款到账").does("customer", "rate", score=5)
    assert tale.refused("already_rated", "customer", "rate", score=1).case().score == 5


@pytest.mark.proves("HOT-4")
def test_a_callback_that_opens_the_case_again_does_the_same() -> None:
    tale = closed().at("2026-11-16 12:00").does("callback_agent@hq", "callback", reached=True, satisfied=False)
    case = tale.case()
    assert (case.state, case.closed_at, case.solved_at) == ("re_evaluation", None, None)


@pytest.mark.proves("INS-10")
def test_what_is_held_is_not_erased_until_it_is_released() -> None:
    tale = closed().at("2026-11-16 12:00").does("admin@hq", "hold", reason="法院调取本案记录")
    tale.refused("held", "admin@hq", "erase", reason="客户要求删除个人信息")
    tale.does("admin@hq", "release", reason="法院调取完毕").does("admin@hq", "erase", reason="客户要求删除个人信息")
    assert tale.case().erased
