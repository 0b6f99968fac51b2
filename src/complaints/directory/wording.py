"""Problems of a load and the differences that it makes, as lines for people."""

from complaints.directory.difference import Change
from complaints.directory.table import Problem
from complaints.texts import text


def problem_line(problem: Problem, lang: str) -> str:
    """One problem with its place: file, row, column, what is wrong, what to write instead."""
    said = text(f"directory.{problem.code}", lang, **problem.params)
    where = "cell" if problem.row and problem.column else "row" if problem.row else "file"
    return text(f"directory.at_{where}", lang, file=problem.file, row=problem.row, column=problem.column, problem=said)


def change_line(change: Change, lang: str) -> str:
    """One difference, with what it was and what it would be."""
    subject = text(f"directory.subject_{change.subject}", lang)
    return text(
        f"directory.change_{change.what}",
        lang,
        subject=subject,
        id=change.id,
        field=change.field,
        before=change.before or text("directory.nothing", lang),
        after=change.after or text("directory.nothing", lang),
    )
