"""Every line of the five processes has a test, and the page that says so is up to date."""

from tests.support.coverage_table import PAGE, ids, page, problems


def test_there_are_eighty_two_lines() -> None:
    assert len(ids()) == len(set(ids())) == 82


def test_every_line_of_the_five_processes_has_a_test() -> None:
    assert problems() == []


def test_the_page_says_what_the_marks_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m tests.support.coverage_table"
