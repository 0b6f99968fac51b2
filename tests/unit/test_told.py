"""Refusals on pages name things as people call them."""

import pytest
from tests.support.play import policy

from complaints.case.values import Problem
from complaints.web.problem import sentence
from complaints.web.told import in_words


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Problem("", "paper_absent", {"paper": "diagnosis_report"}), "缺少材料：诊断报告，请先上传。"),
        (Problem("", "paper_absent", {"paper": "signed:feedback_form"}), "材料尚未签字：问题反馈表。"),
        (Problem("", "first", {"event": "contacted"}), "须先完成：联系客户。"),
        (Problem("", "wrong_state", {"state": "papers_b"}), "案件处于“待提交资料B”状态，不能进行此操作。"),
        (Problem("", "wrong_order_state", {"state": "answered"}), "工单处于“已答复”状态，不能进行此操作。"),
        (
            Problem("order_type", "not_your_order", {"known": "agent, handler"}),
            "您的岗位不能派发此类工单，可派发的岗位：客服坐席、经销商客户关系专员",
        ),
        (
            Problem("category", "unknown_value", {"value": "x", "known": "product, repair"}),
            "“x”不在可选范围内，可选：产品质量、维修质量",
        ),
        (Problem("deadline", "not_running", {"known": "reply"}), "没有这个正在计时的时限。正在计时：3小时系统回复"),
        (Problem("unit", "wrong_level", {"level": "dealer", "known": "importer"}), "此类工单不派给这一级机构。"),
        (Problem("cause", "cause_does_not_suit", {"cause": "misuse"}), "原因“使用不当”与判定结果不符。"),
    ],
)
def test_a_refusal_says_names_and_no_ids(problem: Problem, said: str) -> None:
    assert sentence(in_words(problem, policy("auto"), "zh-CN", "goodwill"), "zh-CN") == said
