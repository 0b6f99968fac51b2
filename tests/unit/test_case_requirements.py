"""Where an event counts that an action requires: on the order, on the case itself, or anywhere."""

from typing import Literal

import pytest
from tests.support import play
from tests.support.play import Said, Tale

from complaints.case.authority import permit
from complaints.case.values import Actor, Post, RefusedError
from complaints.desk.rehearsal import Rehearsal, instant
from complaints.policy.model import Action, Requirement
from complaints.policy.rulebook import Rulebook
from complaints.structs import replace

MAIL: Said = {"kind": "problem_mail", "channel": "phone", "category": "delay", "text": "邮件多日未到，无人答复"}


def answered() -> Tale:
    """A case whose production unit has called the customer on its direct dispatch, and whose desk has not."""
    tale = Tale("postal").at("2026-11-20 09:00").does("front_desk@cc", "register", unit="beiyuan", **MAIL)
    tale.does("front_desk@cc", "dispatch", order_type="direct", unit="dl-haiqu-1")
    tale.at("2026-11-20 10:00").does("handler@dl-haiqu-1", "contact", order=1, reached=True)
    return tale.does("handler@dl-haiqu-1", "answer", order=1, text="邮件在本局待投，今天下午送达客户家中")


@pytest.mark.proves("POST-12")
def test_the_desk_that_closes_has_called_the_customer_itself() -> None:
    tale = answered().at("2026-11-20 11:00")
    tale.refused("first", "lead_desk@beiyuan", "close", remark="客户已收到邮件")
    tale.does("lead_desk@beiyuan", "contact", reached=True)
    tale.does("lead_desk@beiyuan", "close", remark="客户已收到邮件")


@pytest.mark.proves("POST-21")
def test_a_call_of_the_desk_is_none_of_the_unit_that_answers() -> None:
    tale = Tale("postal").at("2026-11-20 09:00").does("front_desk@cc", "register", unit="beiyuan", **MAIL)
    tale.does("front_desk@cc", "dispatch", order_type="direct", unit="dl-haiqu-1")
    tale.does("front_desk@cc", "dispatch", order_type="direct", unit="by-shuangxi-1")
    tale.at("2026-11-20 10:00").does("front_desk@cc", "contact", reached=True)
    tale.does("handler@dl-haiqu-1", "contact", order=1, reached=True)
    tale.refused("first", "handler@by-shuangxi-1", "answer", order=2, text="邮件在本局待投，今天下午送达")


@pytest.mark.parametrize(
    ("where", "order", "event", "there"),
    [
        ("here", 0, "contacted", False),
        ("here", 1, "contacted", True),
        ("here", 0, "registered", True),
        ("here", 1, "registered", False),
        ("anywhere", 0, "contacted", True),
        ("anywhere", 1, "registered", True),
        ("anywhere", 0, "solved", False),
    ],
)
def test_an_event_counts_where_the_requirement_says(
    where: Literal["here", "anywhere"], order: int, event: str, there: bool
) -> None:
    case = answered().case()
    requirement = Requirement(event=event, where=where)
    policy = play.policy("postal")
    action = Action(do=("note",), by=("front_desk",), at="any", states=("*",), order_states=(), requires=(requirement,))
    rules = Rulebook(replace(policy, actions=(action,)))
    places = Rehearsal(rules, play.units("postal")).places(instant("2026-11-20 11:00", rules.zone))
    actor = Actor("p", "staff", (Post("cc", "front_desk", ("cc",)),))
    on = replace(case.orders[0], state="open") if order else None
    if there:
        assert permit(case, "note", actor, on, {}, {}, rules, places)[0] == action
        return
    with pytest.raises(RefusedError) as refused:
        permit(case, "note", actor, on, {}, {}, rules, places)
    assert [problem.code for problem in refused.value.problems] == ["first"]
