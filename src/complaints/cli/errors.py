"""How a subcommand says that it cannot do what was asked."""


class CommandError(Exception):
    """The text is for the person at the keyboard: what is wrong, where, and what to do about it."""
