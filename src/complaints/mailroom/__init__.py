"""Inbound e-mail: bytes in, values out. Nothing here reads a clock, the network or the environment.

`read_mail` is the door; it is imported when first asked for, so that a sender of mail does not load the reading side.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from complaints.mailroom.model import Mail
    from complaints.mailroom.read import read_mail

__all__ = ["Mail", "read_mail"]

_HOMES = {"read_mail": "complaints.mailroom.read", "Mail": "complaints.mailroom.model"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"complaints.mailroom has no {name!r}; its modules are imported by name")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
