"""The catalogues: two languages that say the same, found by code, with clear errors."""

import json
import subprocess
import sys
from collections import Counter
from importlib.resources import files
from textwrap import dedent

import pytest

from complaints import texts
from complaints.texts import LANGUAGES, TextError, catalogue, has, language, placeholders, text

FOLDER = files(texts)
AREAS = sorted({entry.name.split(".")[0] for entry in FOLDER.iterdir() if entry.name.endswith(".json")})


@pytest.fixture
def wording(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of the tests' own, so that they hold whatever the product says."""
    sentences = {
        "en": {
            "desk.late": "{ref} is late by {hours} {hours:hour|hours}",
            "desk.brace": "{{ref}}",
            "desk.mixed": "{n:02d}",
        },
        "zh-CN": {"desk.late": "{ref} 已超时 {hours} 小时", "desk.brace": "{{ref}}", "desk.mixed": "{n:02d}"},
    }
    monkeypatch.setattr(texts, "catalogue", lambda area, lang: sentences[lang])


@pytest.mark.usefixtures("wording")
def test_a_text_is_found_by_code_and_language() -> None:
    assert text("desk.late", "zh-CN", ref="A1", hours=2) == "A1 已超时 2 小时"
    assert text("desk.late", "en", ref="A1", hours=2) == "A1 is late by 2 hours"


@pytest.mark.usefixtures("wording")
def test_english_counts_one_and_many() -> None:
    assert text("desk.late", "en", ref="A1", hours=1) == "A1 is late by 1 hour"
    assert text("desk.late", "en", ref="A1", hours=0) == "A1 is late by 0 hours"


@pytest.mark.usefixtures("wording")
def test_braces_and_number_formats_are_kept() -> None:
    assert text("desk.brace", "en", ref="A1") == "{ref}"
    assert text("desk.mixed", "en", n=7) == "07"


@pytest.mark.usefixtures("wording")
def test_a_value_with_braces_is_not_read_again() -> None:
    assert text("desk.late", "en", ref="{hours}", hours=3) == "{hours} is late by 3 hours"


@pytest.mark.usefixtures("wording")
def test_a_missing_code_or_value_is_named() -> None:
    with pytest.raises(TextError, match=r"no text 'desk\.nothing' in texts/desk\.en\.json"):
        text("desk.nothing", "en")
    with pytest.raises(TextError, match=r"'desk\.late'.*needs a value for 'hours'"):
        text("desk.late", "en", ref="A1")


def test_an_unknown_area_is_named() -> None:
    with pytest.raises(TextError, match=r"no catalogue texts/nosucharea\.en\.json"):
        text("nosucharea.x", "en")
    assert not has("nosucharea.x")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("zh-CN", "zh-CN"),
        ("zh", "zh-CN"),
        ("zh_Hans_CN", "zh-CN"),
        ("EN-gb", "en"),
        ("fr", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_nearest_language_is_taken(tag: str | None, expected: str) -> None:
    assert language(tag) == expected


def test_there_are_catalogues() -> None:
    assert "directory" in AREAS


@pytest.mark.parametrize("area", AREAS)
def test_an_area_says_the_same_in_every_language(area: str) -> None:
    by_language = {lang: catalogue(area, lang) for lang in LANGUAGES}
    codes = {lang: set(sentences) for lang, sentences in by_language.items()}
    assert len({frozenset(found) for found in codes.values()}) == 1, {
        lang: sorted(set.union(*codes.values()) - found) for lang, found in codes.items()
    }
    different = [code for code in codes["en"] if len({placeholders(by_language[lang][code]) for lang in LANGUAGES}) > 1]
    assert different == []


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_area_file_is_well_made(area: str, lang: str) -> None:
    pairs = json.loads(FOLDER.joinpath(f"{area}.{lang}.json").read_bytes(), object_pairs_hook=list)
    twice = [code for code, count in Counter(code for code, _ in pairs).items() if count > 1]
    strangers = [code for code, _ in pairs if not code.startswith(f"{area}.")]
    empty = [code for code, sentence in pairs if not sentence.strip()]
    assert (twice, strangers, empty) == ([], [], [])


def test_importing_the_loader_reads_nothing() -> None:
    script = """
        import sys
        before = set(sys.modules)
        import complaints.texts
        heavy = {"msgspec", "json", "tomllib", "pkgutil"}
        print(sorted(heavy & (set(sys.modules) - before)), complaints.texts.catalogue.cache_info().currsize)
    """
    done = subprocess.run([sys.executable, "-c", dedent(script)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "0"]
