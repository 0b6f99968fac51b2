"""What somebody holds: the one word that cases (who may do what) and the organisation (who is where) share."""

import msgspec


class Post(msgspec.Struct, frozen=True):
    """A role that somebody has at a unit at one instant; `path` is the unit's, root first."""

    unit: str
    role: str
    path: tuple[str, ...]
