"""The commands in Chinese and in English: help, argparse's own words, results; what programs read is the same."""

import argparse
import ast
import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import complaints
from complaints.cli.language import own_language
from complaints.cli.main import COMMANDS, main
from complaints.cli.parser import own_words
from complaints.texts import LANGUAGES, catalogue
from complaints.texts.columns import width

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("complaints")
SPEAKING = (Path(complaints.__file__).parent, ROOT / "infra" / "local" / "localrun")
SOURCE = "\n".join(path.read_text("utf-8") for folder in SPEAKING for path in sorted(folder.rglob("*.py")))
LOCALES = {"zh-CN": "zh_CN.UTF-8", "en": "en_US.UTF-8"}
ACTIONS = {"local": ("token", "advance", "outbox"), "policy": ("check", "docs", "publish", "schema", "reference")}
CALLS = [(), *((name,) for name in COMMANDS), *((name, one) for name, some in ACTIONS.items() for one in some)]
CHINESE = re.compile("[\u4e00-\u9fff]")


def spoken(lang: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The program itself, called by somebody of that language."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("LC_") and name != "LANGUAGE"}
    env = plain | {"LANG": LOCALES[lang], "COLUMNS": "100"}
    return subprocess.run([PROGRAM, *arguments], capture_output=True, encoding="utf-8", env=env, check=False)


@pytest.fixture
def in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", LOCALES["zh-CN"])


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ({"LC_ALL": "zh_CN.UTF-8", "LC_MESSAGES": "en_US", "LANG": "en_US"}, "zh-CN"),
        ({"LC_MESSAGES": "zh_TW", "LANG": "en_US.UTF-8"}, "zh-CN"),
        ({"LC_ALL": "", "LANG": "zh"}, "zh-CN"),
        ({"LANG": "zh@pinyin"}, "zh-CN"),
        ({"LANG": "zh-CN"}, "zh-CN"),
        ({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_the_locale_s(locale: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in locale.items():
        monkeypatch.setenv(name, value)
    assert own_language() == expected


def help_of(
    call: tuple[str, ...],
    lang: str,
    patch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    columns: int = 1000,
) -> str:
    patch.setenv("LC_ALL", LOCALES[lang])
    patch.setenv("COLUMNS", str(columns))
    with pytest.raises(SystemExit) as ended:
        main([*call, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_the_help_is_whole_in_both_languages(
    call: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chinese, english = (help_of(call, lang, monkeypatch, capsys) for lang in ("zh-CN", "en"))
    assert "cli." not in chinese + english
    assert not CHINESE.search(english)
    # then every command and option is explained, in Chinese but for what is a list of names only
    for said in (english, chinese):
        said_on_one_line = re.sub(r"\n {8,}", "  ", said)
        entries = re.findall(r"^ {2,4}(\S.*)$", said_on_one_line, re.MULTILINE)
        assert entries
        assert [entry for entry in entries if not re.search(r"\S {2,}\S", entry) and not entry.isupper()] == []
    said_in_english = {sentence.strip() for sentence in catalogue("cli", "en").values() if len(sentence) > 20}
    assert [sentence for sentence in said_in_english if sentence in chinese] == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "缺少参数：COMMAND"),
        (["nothing"], "无效的值 'nothing'"),
        (["verify"], "缺少参数：REFERENCE"),
        (["verify", "A1", "--nothing"], "无法识别的参数：--nothing"),
        (["mail", "send"], "无效的值 'send'"),
        (["calendar", "a", "b", "--per-second", "many"], "参数 --per-second：“many”无效"),
        (["report", "2026-11", "--unit"], "参数 --unit：需要一个值"),
        (["import", "a", "--check", "--suggest"], "不能与参数 --check 同时使用"),
        (["import", "a", "--check=1"], "不接受值 '1'"),
        (["import", "a", "--s"], "选项 --s 不明确"),
        (["local", "advance", "soon"], "“soon”不是时长"),
    ],
)
@pytest.mark.usefixtures("in_chinese")
def test_a_wrong_command_line_is_told_in_chinese(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.startswith("用法: complaints")
    assert "错误: " in said
    assert told in said


def test_the_lines_of_a_usage_stand_under_each_other_though_its_first_word_is_wide(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = help_of(("calendar",), "zh-CN", monkeypatch, capsys, columns=80)
    first, second, *_ = said.splitlines()
    assert width(first.partition("[-h]")[0]) == width(second.partition("[")[0])


def test_argparse_speaks_english_again_afterwards() -> None:
    before = dict(vars(argparse))
    with own_words("zh-CN"):
        assert vars(argparse)["_"]("options") == "选项"
        assert vars(argparse)["ngettext"]("expected %s argument", "expected %s arguments", 2) == "需要 %s 个值"
    assert dict(vars(argparse)) == before


def test_argparse_says_the_words_that_the_catalogue_has_for_it() -> None:
    constants = {
        node.value for node in ast.walk(ast.parse(inspect.getsource(argparse))) if isinstance(node, ast.Constant)
    }
    words = {code: word for code, word in catalogue("cli", "en").items() if code.startswith("cli.argparse.")}
    assert {code for code, word in words.items() if word not in constants} == set()
    filled = re.compile(r"%\(\w+\)[sr]|%[sr]")
    for code, word in words.items():
        assert sorted(filled.findall(word)) == sorted(filled.findall(catalogue("cli", "zh-CN")[code])), code


@pytest.mark.parametrize("area", ["cli", "history"])
def test_every_sentence_is_said_somewhere(area: str) -> None:
    made = ("argparse.", "head.", "verdict.", "dimension.")
    unsaid = []
    for code in catalogue(area, "en"):
        own = code.removeprefix(f"{area}.")
        named = any(
            quoted in SOURCE
            for name in (code, own, own.removeprefix("figures."))
            for quoted in (f'"{name}"', f"'{name}'")
        )
        if not named and not own.startswith(made) and not own.endswith(".help"):
            unsaid.append(code)
    assert unsaid == []


@pytest.mark.parametrize(
    "code", sorted(set(re.findall(r"""(?:own_text\(["']|\btext\(\s*["']cli\.)([a-z_.]+)["']""", SOURCE)))
)
def test_every_sentence_that_is_said_is_there(code: str) -> None:
    assert f"cli.{code}" in catalogue("cli", "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_program_itself_is_quick_to_help_in_the_caller_s_language(lang: str) -> None:
    done = spoken(lang)
    assert done.returncode == 2
    assert done.stderr.startswith({"zh-CN": "用法: ", "en": "usage: "}[lang])
    assert bool(CHINESE.search(done.stderr)) == (lang == "zh-CN")


def test_help_imports_no_command_and_no_library() -> None:
    script = """
import sys
from complaints.cli.main import main
try:
    main(["--help"])
except SystemExit:
    pass
heavy = {"boto3", "botocore", "msgspec", "tqdm", "yaml", "pydantic", "complaints.adapters", "complaints.desk"}
print(sorted(heavy & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_a_policy_is_checked_in_the_caller_s_language() -> None:
    file = str(ROOT / "policies" / "hotline.yaml")
    assert spoken("zh-CN", "policy", "check", file).stdout.startswith("没有发现问题")


def test_a_file_is_looked_over_in_the_caller_s_language_and_its_draft_is_the_same_in_both(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, mapping = (str(ROOT / "docs" / "examples" / f"hotline-history.{kind}") for kind in ("csv", "json"))
    checked = spoken("zh-CN", "import", rows, "--mapping", mapping, "--check")
    assert checked.returncode == 0
    assert checked.stdout.startswith("共 241 行：186 个案件，不可用 0 行，不计入 55 行")
    assert "   月份  受理  其中已办结  办结  中位小时数  按时  逾期\n2023-01    63          58" in checked.stdout
    assert checked.stdout.endswith("未指明部署：案件种类、机构和名称未与规则核对\n")
    drafts = {}
    for lang, locale in LOCALES.items():
        monkeypatch.setenv("LC_ALL", locale)
        assert main(["import", rows, "--suggest"]) == 0
        drafts[lang] = capsys.readouterr()
    assert drafts["zh-CN"].out == drafts["en"].out
    assert json.loads(drafts["en"].out)["reference"] == "工单编号"
    assert "工单编号：值为“合计”的行是合计，不计入" in drafts["zh-CN"].err
    assert "工单编号: rows 合计 are sums and are left out" in drafts["en"].err


def test_refusals_are_in_the_caller_s_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = spoken("zh-CN", "redrive", "--state", str(tmp_path))
    assert (gone.returncode, gone.stdout) == (1, "")
    assert gone.stderr == f"complaints redrive: {tmp_path} 中没有本地运行的状态：请先用 `complaints local` 启动\n"
    monkeypatch.setenv("LC_ALL", LOCALES["zh-CN"])
    assert main(["local", "outbox", "--state", str(tmp_path)]) == 1
    assert "没有就绪的本地运行" in capsys.readouterr().err


def test_a_language_that_is_asked_for_goes_before_the_caller_s(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(ROOT / "policies" / "hotline.yaml")
    assert main(["policy", "publish", file, "--state", str(tmp_path), "--language", "zh-CN"]) == 1
    assert "中没有本地运行的状态" in capsys.readouterr().err
