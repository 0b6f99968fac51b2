"""What forms offer: never less than the process takes, and not what it refuses whatever else is said."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.play import NAMES, examples, policy, rulebook, units

from complaints.case.authority import Offer, allowed
from complaints.case.choices import choices_of, choices_registering
from complaints.case.decide import decide
from complaints.case.state import Case, Deadline, Order
from complaints.case.values import Actor, Command, Post, RefusedError
from complaints.desk import rehearsal
from complaints.directory.tree import Places
from complaints.policy.conditions import holds, may_hold
from complaints.policy.model import Example
from complaints.policy.vocabulary import COMMANDS
from complaints.structs import replace
from complaints.web.entry import form_of, register_entries
from complaints.web.staff_pages import lateness
from complaints.web.staff_views import DeadlineView

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ALL = [pytest.param(name, *one.values, id=f"{name}: {one.id}") for name in NAMES for one in examples(name)]


@pytest.mark.parametrize(("name", "example"), ALL)
def test_whatever_is_accepted_of_somebody_was_offered_to_them(
    name: str, example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judged(case: Case | None, command: Command, rules: Any, now: datetime, places: Places) -> Any:
        done = decide(case, command, rules, now, places)
        if command.by.kind != "staff":
            return done
        said = {**command.data, **command.personal}
        if case is None:
            choices = choices_registering(command.by, rules)
        else:
            offer = Offer(command.name, command.order)
            assert offer in allowed(case, command.by, rules, places)
            choices = choices_of(case, offer, command.by, rules, places)
        for param in COMMANDS[command.name].params:
            value = said.get(param.name)
            assert value is not None or not choices.needs(param.name), param.name
            assert value is None or choices.allows(param.name, value), (param.name, value)
        return done

    monkeypatch.setattr(rehearsal, "decide", judged)
    rehearsal.Rehearsal(rulebook(name), units(name)).play(example)


VALUES = st.one_of(st.none(), st.sampled_from(["pass", "again"]), st.integers(0, 3), st.booleans())
LEAVES = st.tuples(
    st.sampled_from(["kind", "event.result", "event.amount", "count.x"]),
    st.one_of(
        VALUES.filter(lambda one: one is not None),
        st.fixed_dictionaries({"at_least": st.integers(0, 3)}),
        st.fixed_dictionaries({"present": st.booleans()}),
        st.lists(st.sampled_from(["pass", "again", 1]), max_size=2),
    ),
).map(lambda one: {one[0]: one[1]})
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: {"any": parts}),
        st.lists(inner, max_size=3).map(lambda parts: {"all": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)


@given(CONDITIONS, st.dictionaries(st.sampled_from(["kind", "event.result", "event.amount", "count.x"]), VALUES))
def test_a_condition_that_some_values_fulfil_may_hold(condition: Any, values: dict[str, Any]) -> None:
    asked = may_hold(condition, {k: v for k, v in values.items() if "event." not in k}.get, lambda n: "event." in n)
    assert asked or not holds(condition, values.get)
    assert may_hold(condition, values.get, lambda _: False) is holds(condition, values.get)


def _case(name: str, unit: str, kind: str, **more: Any) -> Case:
    state = policy(name).kinds[kind].start
    return Case(
        reference="0000-0000-0000",
        policy=name,
        kind=kind,
        state=state,
        phase="open",
        unit=unit,
        channel=policy(name).intake.channel_web,
        opened_at=NOW,
        recorded_at=NOW,
        **more,
    )


def _actor(name: str, role: str, unit: str) -> Actor:
    return Actor("somebody", posts=(Post(unit, role, units(name)[unit].path),))


def _offered(name: str, case: Case, actor: Actor, command: str) -> dict[str, tuple[str, ...]]:
    """The choices of each field of a form, by name."""
    places = Places(units(name).values(), NOW)
    choices = choices_of(case, Offer(command), actor, rulebook(name), places)
    form = form_of(command, 0, policy(name), "en", case.kind, None, choices)
    return {field.name: tuple(value for value, _ in field.choices) for field in form.fields}


def test_an_agent_registers_what_the_service_desk_registers() -> None:
    agent = _actor("auto", "agent", "importer")
    fields = register_entries(policy("auto"), "en", {}, choices_registering(agent, rulebook("auto")))
    offered = {field.name: [value for value, _ in field.choices] for field in fields}
    assert offered["kind"] == [
        "inquiry",
        "complaint",
        "survey_finding",
        "three_guarantee",
        "goodwill",
        "major_customer",
    ]
    assert offered["channel"] == ["phone", "web", "email", "survey"]


def test_only_orders_that_the_process_takes_here_are_offered() -> None:
    agent = _actor("auto", "agent", "importer")
    assert _offered("auto", _case("auto", "d-linhe", "complaint"), agent, "dispatch") == {
        "order_type": ("headquarters_case",),
        "unit": (),
        "remark": (),
    }


def test_who_may_not_close_is_offered_no_closing_and_no_note_that_is_not_theirs() -> None:
    case, agent = _case("auto", "d-linhe", "complaint"), _actor("auto", "agent", "importer")
    assert _offered("auto", case, agent, "follow-up")["outcome"] == ("continue",)
    assert _offered("auto", case, agent, "note")["about"] == ("handover",)
    technician = _actor("auto", "technician", "d-linhe")
    assert "about" not in _offered("auto", case, technician, "note")


def test_a_step_that_other_facts_rule_out_is_no_button() -> None:
    case = _case("auto", "d-linhe", "survey_finding", fields={"finding_type": "reception"})
    case = replace(case, state="in_progress")
    places = Places(units("auto").values(), NOW)
    by = [_actor("auto", role, "d-linhe") for role in ("technician", "receptionist")]
    assert [Offer("solve") in allowed(case, one, rulebook("auto"), places) for one in by] == [False, True]


def test_what_the_process_always_asks_for_is_marked_as_required() -> None:
    case, agent = _case("auto", "d-linhe", "complaint"), _actor("auto", "agent", "importer")
    places = Places(units("auto").values(), NOW)
    form = form_of(
        "contact",
        0,
        policy("auto"),
        "en",
        "complaint",
        None,
        choices_of(case, Offer("contact"), agent, rulebook("auto"), places),
    )
    assert [field.name for field in form.fields if field.required] == ["reached"]


def test_what_is_ticked_off_can_be_ticked_all_at_once() -> None:
    given = {"fields": {"visit_checklist": ["receive", "answer"]}}
    form = form_of("classify", 0, policy("insurer"), "en", "complaint", given)
    checklist = next(field for field in form.fields if field.name == "fields.visit_checklist")
    assert (checklist.many, checklist.ticked) == (True, ("receive", "answer"))


def test_what_a_policy_names_only_in_its_conditions_is_offered_by_name() -> None:
    case = replace(_case("insurer", "qilin-wuyuan", "complaint"), state="closed", phase="closed")
    offered = _offered("insurer", case, _actor("insurer", "adjudicator", "qilin"), "rule")
    assert offered["responsibility"] == ("direct", "management")
    assert "expulsion" not in offered["sanction"]


def test_a_new_work_order_needs_its_type_and_unit_and_one_sent_again_has_them() -> None:
    agent = _actor("auto", "agent", "importer")
    case = _case(
        "auto",
        "d-linhe",
        "complaint",
        orders=(Order(n=1, type="headquarters_case", unit="importer", sender="d-linhe", sent_at=NOW),),
    )

    def required(order: int) -> set[str]:
        places = Places(units("auto").values(), NOW)
        choices = choices_of(case, Offer("dispatch", order), agent, rulebook("auto"), places)
        form = form_of("dispatch", order, policy("auto"), "en", "complaint", choices=choices)
        return {field.name for field in form.fields if field.required}

    assert required(0) == {"order_type", "unit"}
    assert required(1) == set()


def test_an_order_is_sent_again_by_those_alone_who_could_send_one_of_its_type() -> None:
    order = Order(n=1, type="area_report", unit="east", sender="hq", sent_at=NOW)
    case = _case("carmaker", "e-hejin", "complaint", orders=(order,))
    places = Places(units("carmaker").values(), NOW)
    dealer, desk = _actor("carmaker", "handler", "e-hejin"), _actor("carmaker", "agent", "hq")
    again = [Offer("dispatch", 1) in allowed(case, one, rulebook("carmaker"), places) for one in (dealer, desk)]
    assert again == [False, True]

    def send(actor: Actor, **data: Any) -> str:
        command = Command(name="dispatch", by=actor, at=NOW, order=1, data=data)
        return decide(case, command, rulebook("carmaker"), NOW, places)[0].type

    assert send(desk) == "dispatched"
    with pytest.raises(RefusedError):
        send(dealer, order_type="technical_help")


def test_fields_of_a_case_that_somebody_cannot_register_are_not_asked_of_them() -> None:
    def asked(role: str, unit: str) -> set[str]:
        choices = choices_registering(_actor("insurer", role, unit), rulebook("insurer"))
        return {field.name for field in register_entries(policy("insurer"), "en", {}, choices)}

    assert "fields.report_type" not in asked("agent", "tc")
    assert "fields.report_type" in asked("complaint_office", "qilin")


def test_the_facts_of_trainings_are_asked_of_trainings_alone() -> None:
    def asked(role: str) -> set[str]:
        choices = choices_registering(_actor("hotline", role, "hq"), rulebook("hotline"))
        return {field.name for field in register_entries(policy("hotline"), "en", {}, choices)}

    facts = {"fields.theme", "fields.trainee", "fields.passed"}
    assert (asked("agent") & facts, asked("trainer") & facts) == (set(), facts)
    case = _case("hotline", "hq", "complaint")
    assert not facts & _offered("hotline", case, _actor("hotline", "agent", "hq"), "classify").keys()
    assert "kind" not in _offered("hotline", case, _actor("hotline", "agent", "hq"), "classify")


def test_a_field_required_for_one_kind_says_so_before_the_kind_is_chosen() -> None:
    choices = choices_registering(_actor("auto", "agent", "importer"), rulebook("auto"))
    fields = {field.name: field for field in register_entries(policy("auto"), "en", {}, choices)}
    assert fields["fields.vin"].hint == "(required for: three-guarantee case)"
    chosen = register_entries(policy("auto"), "en", {"kind": "three_guarantee"}, choices)
    assert next(field for field in chosen if field.name == "fields.vin").required


def test_pausing_is_offered_where_something_can_rest_and_nothing_rests() -> None:
    places, handler = Places(units("auto").values(), NOW), _actor("auto", "handler", "d-linhe")

    def offered(*deadlines: Deadline) -> set[str]:
        case = _case("auto", "d-linhe", "complaint", deadlines=deadlines)
        return {one.command for one in allowed(case, handler, rulebook("auto"), places)} & {"pause", "resume"}

    def running(name: str, paused_at: datetime | None = None) -> Deadline:
        return Deadline(name=name, order=0, started_at=NOW, due_at=NOW, limit={"hours": 1}, paused_at=paused_at)

    assert offered(running("first_contact")) == set()
    assert offered(running("first_contact"), running("solution")) == {"pause"}
    assert offered(running("first_contact"), running("solution", NOW)) == {"resume"}


@pytest.mark.parametrize(
    ("left", "late", "said"),
    [
        (0, True, "overdue"),
        (-7200, True, "2 h 0 min of working time overdue"),
        (60, False, "1 min of working time left"),
    ],
)
def test_what_is_late_is_never_said_to_have_time_left(left: int, late: bool, said: str) -> None:
    view = DeadlineView(
        name="x",
        text="x",
        order=0,
        started_at="",
        due_at="",
        late=late,
        paused=False,
        rung=0,
        left=left,
        working=True,
    )
    assert lateness(view, "en") == said
