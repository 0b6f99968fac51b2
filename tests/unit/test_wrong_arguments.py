"""What a command says to arguments that cannot be meant: status 2, and what to write instead."""

from pathlib import Path

import pytest

from complaints.cli.main import main


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report", "2026-13", "--state", ".local"], "'2026-13' is no month and no year: write 2026-11 or 2026"),
        (["report", "November", "--state", ".local"], "write 2026-11 or 2026"),
        (["local", "--port", "65534"], "'65534' is no port: write 0 to 65533"),
        (["local", "--port", "-1"], "write 0 to 65533"),
        (["local", "advance", "-1d"], "'-1d' is no span of time"),
        (["calendar", "a", "b", "--per-second", "0"], "'0' is no rate: write a whole number from 1"),
        (["calendar", "a", "b", "--per-second", "-1"], "'-1' is no rate"),
        (["verify", "A", "--stack", "desk", "--state", ".local"], "not allowed with argument --stack"),
    ],
)
def test_a_wrong_argument_is_refused_with_what_to_write(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_stack_without_a_region_is_told_where_to_say_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "TABLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")

    assert main(["verify", "A", "--stack", "desk"]) == 1
    assert "AWS_DEFAULT_REGION" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["endpoints.json", "loaded.json"])
def test_who_names_no_deployment_beside_a_local_run_is_told_the_option_to_add(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TABLE", raising=False)
    monkeypatch.chdir(tmp_path)
    assert main(["redrive"]) == 1
    assert "add --state" not in capsys.readouterr().err
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local" / name).write_text("{}")
    assert main(["redrive"]) == 1
    assert "add --state .local for the local run in this folder" in capsys.readouterr().err


def test_what_the_mail_command_wants_is_named_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["mail"])
    assert "KEY" not in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\r\n \r\n", "this is no table"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "this is a picture or a PDF"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "this is a picture or a PDF"),
        (b"%PDF-1.7\n", "this is a picture or a PDF"),
    ],
)
def test_no_mapping_is_suggested_for_what_is_no_table(
    content: bytes, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TABLE", raising=False)
    file = tmp_path / "rows.csv"
    file.write_bytes(content)
    assert main(["import", str(file), "--suggest"]) == 1
    assert f"{file}: {said}" in capsys.readouterr().err
