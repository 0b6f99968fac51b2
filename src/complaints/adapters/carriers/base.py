"""What a carrier of texts is: it takes one text for one number and says what it made of it.

A text is (template, parameters) as much as words: carriers in China pass only approved templates. None of them can be
told to send the same text once only, so a request is never repeated here; who calls decides, by the kind of error.
"""

from collections.abc import Mapping
from typing import Protocol

import msgspec


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """One text. `phone` is E.164 (`+86...`), `code` the carrier's id of the approved template (empty: none),
    `params` the worded parameters, `id` names the text in what the carrier reports about it later."""

    id: str
    phone: str
    text: str
    template: str = ""
    code: str = ""
    params: Mapping[str, str] = {}


class Receipt(msgspec.Struct, frozen=True):
    """That the carrier took the text: the carrier's own id of it, by which delivery reports name it."""

    id: str


class CarrierError(Exception):
    """The text was not taken; the text of the error says why and what to do."""

    impersonal = True


class CarrierBusyError(CarrierError):
    """Not now: the carrier is out of reach or asks to slow down. Nothing was sent; try again later."""


class CarrierRefusedError(CarrierError):
    """Never to this number: it does not exist, or its owner wants no texts. Tell somebody else."""


class CarrierUnknownError(CarrierError):
    """No answer: perhaps it was sent. Sending again may send twice, not sending may lose it."""


class CarrierSetupError(CarrierError):
    """The carrier refuses for a reason that lies with the sender: credentials, an unapproved template, an empty
    account."""


class Carrier(Protocol):
    """A carrier of texts."""

    @property
    def name(self) -> str:
        """What policies call it in a template's `codes`."""
        ...

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand over one text. Raises one of the errors above."""
        ...
