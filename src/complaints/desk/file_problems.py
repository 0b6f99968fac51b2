"""What is wrong with a file that somebody sends or announces, in words that people use for files."""

from collections.abc import Iterable

from complaints.case.values import Problem
from complaints.endings import endings, megabytes


def wrong_type(field: str, name: str, content_type: str, taken: Iterable[str]) -> Problem:
    """A media type that is not among those taken."""
    return Problem(field, "web.file.type", {"type": content_type, "name": name, "taken": endings(taken)})


def too_large(field: str, name: str, most: int) -> Problem:
    """More bytes than are taken, or none."""
    return Problem(field, "web.file.size", {"name": name, "most": megabytes(most)})
