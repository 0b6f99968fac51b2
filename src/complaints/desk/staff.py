"""Who of the staff asks: a token says who, the directory says with which posts (at most a minute old)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from complaints.case.values import Actor
from complaints.desk.context import Desk
from complaints.desk.sight import Sight, sight_of
from complaints.policy.vocabulary import COMMANDS


class NobodyError(Exception):
    """The token names nobody who holds a post now."""


class Member(msgspec.Struct, frozen=True):
    """Somebody of the staff at one instant: who, with which posts, seeing what."""

    actor: Actor
    sight: Sight

    @property
    def home(self) -> tuple[str, ...]:
        """The path of the highest unit at which this person holds a post, the root's where a role sees everything."""
        highest = min((post.path for post in self.actor.posts), key=len)
        return highest[:1] if self.sight.all else highest


def member(desk: Desk, claims: Mapping[str, Any], now: datetime) -> Member:
    """The member of staff whom a checked token names.

    Raises
    ------
    NobodyError
        Nobody of that name holds a post.
    """
    return member_named(desk, named_by(claims), now)


def named_by(claims: Mapping[str, Any]) -> str:
    """The id in the organisation that checked claims name: the attribute `custom:person`, else the subject."""
    return str(claims.get("custom:person") or claims.get("sub") or "")


def member_named(desk: Desk, person: str, now: datetime) -> Member:
    """The member of staff of this id. Raises `NobodyError`."""
    posts = desk.directory.posts(person, now)
    if not person or not posts:
        raise NobodyError(f"{person!r} holds no post at {now.isoformat()}")
    actor = Actor(person, "staff", posts)
    return Member(actor, sight_of(actor, desk.policies.current(now).policy))


def may_ever(member: Member, command: str, desk: Desk, now: datetime, kind: str = "") -> bool:
    """Whether one of the person's roles is given this command at all by the policy in force.

    For what concerns no case yet, such as registering one.
    """
    if command not in COMMANDS:
        raise ValueError(f"no command {command!r}")
    roles = {post.role for post in member.actor.posts}
    actions = [
        action
        for action in desk.policies.current(now).policy.actions
        if command in action.do and (not kind or not action.kinds or kind in action.kinds)
    ]
    return any(roles & set(action.by) for action in actions)
