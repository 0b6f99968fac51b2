"""A notice that is about no case, a report that is ready: when it does not arrive, the next who answers is told."""

from collections.abc import Iterator

import pytest
from tests.support import small
from tests.support.clockwork import Clockwork, clockwork

from complaints.adapters.carriers.base import CarrierRefusedError, Outgoing, Receipt
from complaints.adapters.carriers.sns import SnsCarrier
from complaints.desk.audit import audit
from complaints.desk.deliver import deliver
from complaints.desk.receipts import Report, receive
from complaints.policy.model import Delivery

POLICY = small.POLICY.replace("templates:\n", 'templates:\n  ready: {text: {en: "the report of {period} is ready"}}\n')


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clockwork]:
    """A deployment whose policy tells when a report is ready."""
    with clockwork(monkeypatch, POLICY) as made:
        yield made


def ready(desk: Clockwork) -> None:
    """The handler of the north branch is owed a notice that its report is ready."""
    unit = desk.desk.directory.unit("north", desk.now)
    assert unit is not None
    told = Delivery(role="handler", template="ready")
    assert deliver(desk.desk, [told], unit, "report:2026-10", {"period": "2026-10"}, desk.now, desk.now) == 1


def states(desk: Clockwork, person: str) -> list[str | None]:
    """How the notices to a person stand."""
    return [item.state for item in desk.notices(person)]


def test_a_number_that_the_carrier_refuses(desk: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    through = SnsCarrier.send

    def refuses_ann(carrier: SnsCarrier, outgoing: Outgoing) -> Receipt:
        if outgoing.phone == small.PHONES["ann"]:
            raise CarrierRefusedError("no such number")
        return through(carrier, outgoing)

    monkeypatch.setattr(SnsCarrier, "send", refuses_ann)
    ready(desk)
    desk.run(minutes=30)
    # then the deputy is told, once, and nothing is left for the auditor
    assert [person for _, person in desk.told()] == ["bob"]
    assert (states(desk, "ann"), states(desk, "bob")) == (["failed"], ["sent"])
    found = audit(desk.desk, desk.now)
    assert (found.overdue, found.unmarked, found.parked) == (0, 0, 0)


def test_a_text_that_is_reported_undelivered(desk: Clockwork) -> None:
    ready(desk)
    desk.run(minutes=1)
    (text,) = desk.texts()
    failed = Report(text.id, "failed", "unreachable")
    assert [receive(desk.desk, failed, desk.now) for _ in range(2)] == [1, 0]
    desk.run(minutes=30)
    assert [person for _, person in desk.told()] == ["ann", "bob"]


def test_a_text_that_arrived(desk: Clockwork) -> None:
    ready(desk)
    desk.run(minutes=1)
    (text,) = desk.texts()
    assert [receive(desk.desk, Report(text.id, "delivered"), desk.now) for _ in range(2)] == [1, 0]
    assert states(desk, "ann") == ["delivered"]
