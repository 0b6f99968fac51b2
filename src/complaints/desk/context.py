"""The composition root: everything that a use case needs of the world, made once for the process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from complaints.adapters import settings as configuration
from complaints.adapters.directory import Directory
from complaints.adapters.files import Files
from complaints.adapters.keys import Keys
from complaints.adapters.policies import Policies
from complaints.adapters.queues import Queues
from complaints.adapters.settings import Settings
from complaints.adapters.store import Store

if TYPE_CHECKING:
    from complaints.adapters.carriers.base import Carrier
    from complaints.adapters.mail import Mail


def _carrier(settings: Settings) -> "Carrier":
    from complaints.adapters.carriers import chosen  # here, because only the sender sends

    return chosen(settings)


def _mail(settings: Settings) -> "Mail":
    from complaints.adapters.mail import Mail

    return Mail(settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What use cases work with. `make_carrier` and `make_mail` are called at the first text or mail."""

    settings: Settings
    store: Store
    queues: Queues
    files: Files
    policies: Policies
    directory: Directory
    keys: Keys
    make_carrier: Callable[[Settings], "Carrier"] = _carrier
    make_mail: Callable[[Settings], "Mail"] = _mail
    _made: dict[str, object] = field(default_factory=dict)

    @property
    def carrier(self) -> "Carrier":
        """What texts are sent through."""
        if "carrier" not in self._made:
            self._made["carrier"] = self.make_carrier(self.settings)
        return self._made["carrier"]  # type: ignore[return-value]  # made by make_carrier

    @property
    def mail(self) -> "Mail":
        """What mail is sent through."""
        if "mail" not in self._made:
            self._made["mail"] = self.make_mail(self.settings)
        return self._made["mail"]  # type: ignore[return-value]  # made by make_mail


def build(settings: Settings) -> Desk:
    """A desk over what these settings name."""
    store = Store(settings.table)
    files = Files(settings.files_bucket or "")
    return Desk(
        settings=settings,
        store=store,
        queues=Queues(settings),
        files=files,
        policies=Policies(store, files),
        directory=Directory(store),
        keys=Keys(settings.keys_parameter or ""),
    )


@cache
def desk() -> Desk:
    """The desk of this process, from its environment. A test that changes the environment calls
    `desk.cache_clear()`."""
    return build(configuration.current())
