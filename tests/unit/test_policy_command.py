"""`complaints policy`: what it prints and how it exits."""

from pathlib import Path

import pytest
from tests.support.policies import LIBRARY, library

from complaints.cli.main import main

ORGANISATION = {
    "units.csv": "id,parent,level,name_en,last_resort\nmain,,head,Main,p1\neast,main,branch,East,\n",
    "people.csv": "id,name,phone,email\np1,A,,a@library.example\np2,B,,b@library.example\n",
    "posts.csv": "unit,role,person\nmain,chief,p1\neast,clerk,p2\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "library.yaml").write_text(LIBRARY, encoding="utf-8")
    sample = tmp_path / "sample" / "library"
    sample.mkdir(parents=True)
    for name, content in ORGANISATION.items():
        (sample / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_a_right_file_is_said_to_be_right(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "check", str(folder / "library.yaml"), "--language", "en"]) == 0
    assert capsys.readouterr().out == "Nothing wrong was found; 1 example does what it says.\n"


def test_errors_are_printed_with_file_line_and_column_in_the_caller_s_language(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "library.yaml"
    file.write_text(
        library(("template: missed", "template: misses"), ("by: [customer]", "by: [custmer]")), encoding="utf-8"
    )
    assert main(["policy", "check", str(file), "--language", "en"]) == 1
    said = capsys.readouterr()
    assert len([line for line in said.out.splitlines() if line.startswith(f"{file}:") and ": error: " in line]) == 2
    assert said.err == "2 errors, 1 warning\n"
    assert main(["policy", "check", str(file), "--language", "zh-CN"]) == 1
    assert "错误：" in capsys.readouterr().out


def test_warnings_alone_are_no_failure(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spare = ("  missed: {urgent", "  spare: {text: {zh-CN: 无, en: none}}\n  missed: {urgent")
    (folder / "library.yaml").write_text(library(spare), encoding="utf-8")
    assert main(["policy", "check", str(folder / "library.yaml"), "--language", "en"]) == 0
    assert 'warning: the template "spare" is used nowhere' in capsys.readouterr().out


def test_the_organisation_can_be_named_and_its_own_errors_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = folder / "other"
    other.mkdir()
    arguments = ["policy", "check", str(folder / "library.yaml"), "--language", "en", "--organisation"]
    assert main([*arguments, str(other)]) == 1
    assert "units.csv: the file is missing" in capsys.readouterr().err
    assert main([*arguments, str(folder / "nowhere")]) == 1
    assert "is no folder" in capsys.readouterr().err


def test_a_file_that_is_not_there_or_no_yaml_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "check", str(folder / "nothing.yaml"), "--language", "en"]) == 1
    assert "cannot read" in capsys.readouterr().err
    (folder / "library.yaml").write_text("a: [1", encoding="utf-8")
    assert main(["policy", "check", str(folder / "library.yaml"), "--language", "en"]) == 1
    assert "this is no YAML" in capsys.readouterr().out


def test_the_page_is_printed_and_refused_for_a_wrong_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "library.yaml"
    assert main(["policy", "docs", str(file), "--language", "zh-CN"]) == 0
    assert capsys.readouterr().out.startswith("# 图书馆\n")
    file.write_text(library(("template: missed", "template: misses")), encoding="utf-8")
    assert main(["policy", "docs", str(file), "--language", "en"]) == 1
    assert "did you mean missed?" in capsys.readouterr().err


def test_schema_and_reference_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "schema"]) == 0
    assert capsys.readouterr().out.startswith('{\n  "$schema"')
    assert main(["policy", "reference", "--language", "zh-CN"]) == 0
    assert capsys.readouterr().out.startswith("# 规则文件参考")
