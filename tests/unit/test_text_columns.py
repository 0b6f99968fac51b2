"""Text on a terminal, where a Chinese character takes two columns."""

from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.texts.columns import broken, right, width

WORDS = st.text(alphabet="ab时限 。、（）-", max_size=60)


def test_a_chinese_character_takes_two_columns() -> None:
    assert (width("ab"), width("时限"), width("时限 a"), width("：")) == (2, 4, 6, 2)
    assert right("时限", 6) == "  时限"


def test_lines_are_broken_between_chinese_characters_and_between_words() -> None:
    assert broken("查看挂起的案件", 8) == ["查看挂起", "的案件"]
    assert broken("show what is parked", 9) == ["show what", "is parked"]
    assert broken("见 docs/import.md 一节", 12) == ["见", "docs/import.md", "一节"]


def test_no_line_begins_with_a_closing_mark() -> None:
    assert broken("说明各列。然后", 8) == ["说明各", "列。然后"]


def test_nothing_is_one_empty_line() -> None:
    assert broken("", 10) == [""]


@settings(max_examples=60)
@given(WORDS, st.integers(1, 30))
def test_broken_lines_hold_the_whole_text(sentence: str, columns: int) -> None:
    lines = broken(sentence, columns)
    assert "".join(lines).replace(" ", "") == sentence.replace(" ", "")
    assert all(width(line) <= columns or len(broken(line, columns)) == 1 for line in lines)
