"""References: written down, read out and typed in again, they are the same or are known to be wrong."""

from hypothesis import given
from hypothesis import strategies as st

from complaints.desk.references import ALPHABET, new_reference, read_reference


def test_references_differ_and_read_back_as_themselves() -> None:
    made = {new_reference() for _ in range(500)}
    assert len(made) == 500
    assert all(read_reference(reference) == reference for reference in made)


def test_a_reference_may_be_written_in_small_letters_without_groups_and_misread() -> None:
    reference = next(r for r in iter(new_reference, "") if "0" in r and "1" in r)
    plain = reference.replace("-", "").lower().replace("0", "o").replace("1", "l")
    assert read_reference(f" {plain} ") == reference


@given(st.integers(0, 11), st.integers(1, 31))
def test_one_wrong_character_is_told(place: int, shift: int) -> None:
    plain = new_reference().replace("-", "")
    wrong = ALPHABET[(ALPHABET.index(plain[place]) + shift) % 32]
    assert read_reference(plain[:place] + wrong + plain[place + 1 :]) is None


@given(st.text(max_size=16))
def test_other_texts_are_no_references_or_read_into_one_that_stands(text: str) -> None:
    found = read_reference(text)
    assert found is None or read_reference(found) == found
