"""The sender: everything that is due to one recipient goes out, the first text at once, what follows in one.

A notice is sent by whoever holds the lease on its recipient and is marked in the transaction that ends the lease. Dying
between the carrier's yes and that transaction is the only way to send twice.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from complaints.adapters import carrier_rate, outbox
from complaints.adapters.carriers.base import (
    CarrierBusyError,
    CarrierError,
    CarrierRefusedError,
    Outgoing,
    Receipt,
)
from complaints.adapters.outbox import Pending, State, Text
from complaints.adapters.rows import stamp
from complaints.desk import log
from complaints.desk.come_back import Call, Sent, not_now
from complaints.desk.commit import load_case
from complaints.desk.context import Desk
from complaints.desk.outbox import Notice, load
from complaints.desk.quiet import quiet_until
from complaints.desk.reconcile import sent_before
from complaints.desk.undelivered import drop, reason_gone, undeliverable
from complaints.desk.words import Address, Words, words_of
from complaints.policy.model import Policy
from complaints.structs import replace

Channel = Literal["sms", "mail"]

LATE = timedelta(seconds=60)
"""A notice sent later than this after it was made looks at its case again first."""

CLOCKS_DIFFER = timedelta(seconds=5)
"""By so much, at most, the clocks of two processes differ: what is due within it is waited for."""

LOOK_BACK = timedelta(hours=2)
MOST_IN_ONE = 1_000
MOST_FAILURES = 5
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=10)

SECONDS_FOR_CARRIER = 20
"""With less of the lease left than this nothing more is handed to a carrier."""


class _Due(msgspec.Struct, frozen=True):
    """A notice under way."""

    pending: Pending
    notice: Notice


def send(
    desk: Desk, person: str, at: datetime, now: datetime, *, urgent: bool = False, slot: float = 0, wake: int = 0
) -> Sent:
    """Send what is due to a recipient, or let a message come back for it.

    Parameters
    ----------
    person
        a person's id, or `@<reference>` for the customer of a case.
    at
        the instant of the notice for which the call is made; others may be due too.
    urgent
        whether that notice is urgent: it does not wait for an ordinary one in the carrier's line, but takes it along.
    slot
        the place in the carrier's rate that an earlier call has kept.
    wake
        the end of the window (epoch seconds) at which this message comes back for all.

    Raises
    ------
    BusyError, QueueError
        The table or the queue is out of reach; try again later.
    """
    call = Call(desk, person, at, now, urgent, slot, wake)
    taken = outbox.take(desk.store, person, now, urgent=urgent)
    if taken is None:
        return not_now(call)
    token, state = taken
    if state.unmarked:
        outbox.finish(desk.store, person, token, state.unmarked)
        return call.again(1, slot=slot)
    sending = _Sending(call, token, state, time.monotonic() + outbox.LEASE.total_seconds())
    try:
        return sending.run(min(at, now - LOOK_BACK))
    finally:
        if not sending.ended:
            outbox.release(desk.store, person, token)


class _Sending(msgspec.Struct):
    """One recipient under the lease."""

    call: Call
    token: str
    state: State
    lease_ends: float
    ended: bool = False

    def run(self, since: datetime) -> Sent:
        """What is due, and a message for what is due in a moment: the process that has sent this one may have a clock
        that is a little ahead."""
        epoch = int(self.call.now.timestamp())
        found = outbox.due(self.call.person, since, self.call.now + CLOCKS_DIFFER)
        sent = self._send([_Due(one, load(one.document)) for one in found if one.next_at <= epoch])
        soon = min((one.next_at for one in found if one.next_at > epoch), default=0)
        if not soon or sent.again_in is not None:
            return sent
        return replace(sent, again_in=self.call.again(soon - epoch).again_in)

    def _send(self, due: Sequence[_Due]) -> Sent:
        """Everything due, channel by channel, until the lease is ended by a text's mark or by waiting."""
        standing = [one for one in due if self._stands(one)]
        if not standing:
            return Sent()
        # pressing matters first: the channel of the first one is tried first, and its words stand in the text
        standing = sorted(standing, key=lambda one: (not one.notice.urgent, one.pending.sk))[:MOST_IN_ONE]
        address = self._address(standing[0].notice)
        by_channel: dict[Channel, list[_Due]] = {}
        for one in standing:
            channel = _channel(self.call.desk.policies.policy(one.notice.policy), one.notice, address)
            if channel is None:
                self._tell_another(one, "no_address")
            elif channel == "sms" and self._held(one):
                continue
            else:
                by_channel.setdefault(channel, []).append(one)
        sent = Sent()
        while by_channel and not self.ended:
            channel, group = next(iter(by_channel.items()))
            del by_channel[channel]
            came = self._one_text(channel, group, address)
            sent = came if came.texts or came.again_in is not None else sent
        if sent.texts and by_channel:
            return replace(sent, again_in=self.call.again(1).again_in)
        return sent

    def _stands(self, one: _Due) -> bool:
        """Whether its reason stands; looked at again only when it is late, or acknowledging could have ended it."""
        if self.call.desk.policies.pointer(self.call.now).restored:
            note = sent_before(self.call.person, one.pending.sk)
            if self.call.desk.store.get(note.pk, note.sk) is not None:
                drop(self.call.desk, self.call.person, one.pending.sk, one.notice, "sent_before_restore", self.call.now)
                return False
        stops = self.call.desk.policies.policy(one.notice.policy).texting.acknowledgement_stops_ladder
        may_be_over = ":reminder:" in one.notice.key or (stops and bool(one.notice.deadline))
        if not one.notice.reference or (self.call.now - one.notice.made_at <= LATE and not may_be_over):
            return True
        stored = load_case(self.call.desk, one.notice.reference)
        reason = reason_gone(self.call.desk, one.notice, stored.case if stored is not None else None)
        if reason:
            drop(self.call.desk, self.call.person, one.pending.sk, one.notice, reason, self.call.now)
        return not reason

    def _address(self, notice: Notice) -> Address:
        if not notice.customer:
            found = self.call.desk.directory.person(self.call.person, self.call.now)
            if found is None:
                return Address()
            return Address(phone=found.phone, email=found.email, language=found.language)
        stored = load_case(self.call.desk, notice.reference)
        if stored is None:
            return Address()
        known = stored.personal.get("complainant", {})
        language = stored.case.language
        return Address(phone=known.get("phone", ""), email=known.get("email", ""), language=language)

    def _held(self, one: _Due) -> bool:
        """Whether an ordinary text has to wait: quiet hours, or the hour's limit is reached."""
        if one.notice.urgent:
            return False
        policy = self.call.desk.policies.policy(one.notice.policy)
        until = quiet_until(policy.texting, policy.zone, self.call.now)
        hour = int(self.call.now.timestamp()) // 3600
        if until is None and self.state.hour == hour and self.state.hour_count >= policy.texting.hourly_limit:
            until = datetime.fromtimestamp((hour + 1) * 3600, self.call.now.tzinfo)
        if until is not None:
            outbox.hold_until(self.call.desk.store, self.call.person, one.pending, until)
        return until is not None

    def _one_text(self, channel: Channel, group: Sequence[_Due], address: Address) -> Sent:
        policy = self.call.desk.policies.policy(group[0].notice.policy)
        carrier = self.call.desk.carrier.name if channel == "sms" else self.call.desk.mail.name
        if channel == "sms" and (waits := self._wait_for_turn(carrier, group[0].notice.urgent)):
            return waits
        if self.lease_ends - time.monotonic() < SECONDS_FOR_CARRIER:
            return self.call.again(1, slot=self.call.slot)
        id = outbox.new_text_id()
        words = words_of(self.call.desk, [one.notice for one in group], policy, address.language, id, self.call.now)
        try:
            receipt = self._hand_over(channel, carrier, id, words, address, group[0].notice)
        except CarrierRefusedError as refused:
            log.warning("undeliverable", text=id, error=str(refused))
            for one in group:
                self._tell_another(one, "refused")
            return Sent()
        except CarrierError as failed:
            return self._try_later(group, failed)
        self._mark(channel, carrier, receipt, id, group, words, policy)
        return Sent(texts=1, notices=len(group))

    def _wait_for_turn(self, carrier: str, urgent: bool) -> Sent | None:
        """None when a text may be handed to the carrier now. Otherwise one message keeps the place in line: others for
        this recipient would take places that nobody uses."""
        rate, epoch = self.call.desk.settings.sms_rate, int(self.call.now.timestamp())
        if not urgent and self.state.line_until > epoch:
            return Sent()
        turn = carrier_rate.ask(self.call.desk.store, carrier, rate, self.call.now, urgent=urgent, place=self.call.slot)
        if turn.now:
            return None
        sent = self.call.again(turn.again_in, urgent=urgent, slot=turn.place)
        outbox.wait(self.call.desk.store, self.call.person, self.token, epoch + turn.again_in, urgent=urgent)
        self.ended = True
        return sent

    def _hand_over(
        self, channel: Channel, carrier: str, id: str, words: Words, address: Address, notice: Notice
    ) -> Receipt:
        if channel == "mail":
            from complaints.adapters.mail import Letter
            from complaints.desk.reply import reply_to

            back = reply_to(self.call.desk, notice.reference) if notice.customer else ""
            letter = Letter(id=id, to=address.email, subject=words.subject, text=words.text, reply_to=back)
            return self.call.desk.mail.send(letter)
        outgoing = Outgoing(
            id=id,
            phone=address.phone,
            text=words.text,
            template=words.template,
            code=words.codes.get(carrier, ""),
            params=words.params,
        )
        return self.call.desk.carrier.send(outgoing)

    def _mark(
        self,
        channel: Channel,
        carrier: str,
        receipt: Receipt,
        id: str,
        group: Sequence[_Due],
        words: Words,
        policy: Policy,
    ) -> None:
        epoch = int(self.call.now.timestamp())
        hour = epoch // 3600
        text = Text(
            id=id,
            person=self.call.person,
            at=stamp(self.call.now),
            channel=channel,
            carrier=carrier,
            carrier_id=receipt.id,
            templates=tuple(dict.fromkeys([words.template, *(one.notice.template for one in group)])),
            cases=tuple(dict.fromkeys(one.notice.reference for one in group if one.notice.reference)),
            notices=tuple(one.pending.sk for one in group),
        )
        counts = channel == "sms"
        outbox.mark(
            self.call.desk.store,
            self.token,
            text,
            window_until=epoch + policy.texting.bundle_seconds if counts else self.state.window_until,
            hour=hour,
            hour_count=(self.state.hour_count if self.state.hour == hour else 0) + counts,
            now=self.call.now,
        )
        self.ended = True
        keep_receipt(self.call.desk, text)

    def _tell_another(self, one: _Due, reason: str) -> None:
        undeliverable(self.call.desk, self.call.person, one.pending.sk, one.notice, reason, self.call.now)

    def _try_later(self, group: Sequence[_Due], failed: CarrierError) -> Sent:
        """A carrier that is out of reach is tried for as long as it takes; every other failure is counted."""
        log.error("text not taken", exception=True, recipient=self.call.person, notices=len(group))
        tries = min(one.pending.failures for one in group)
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**tries)
        most = MOST_FAILURES if not isinstance(failed, CarrierBusyError) else 1 << 30
        sent = self.call.again(int(pause.total_seconds()), urgent=group[0].notice.urgent)
        for one in group:
            if outbox.failed(
                self.call.desk.store, self.call.person, one.pending, str(failed), self.call.now + pause, most
            ):
                log.metric(self.call.now, "Parked", 1, of="notice")
        return sent


def _channel(policy: Policy, notice: Notice, address: Address) -> Channel | None:
    """The first channel of the template by which the recipient is reached; staff without a phone get mail."""
    channels: list[Channel] = list(policy.templates[notice.template].channels)
    if not notice.customer and "mail" not in channels:
        channels.append("mail")
    reached = {"sms": address.phone, "mail": address.email}
    return next((channel for channel in channels if reached[channel]), None)


def keep_receipt(desk: Desk, text: Text) -> None:
    """Keep outside the table that a text went out: a restored table must not send it again (`desk.reconcile`)."""
    body = msgspec.json.encode(text)
    desk.files.write(f"receipts/{text.at[:10]}/{text.at[11:13]}/{text.id}.json", body)
