"""What a command says to arguments that cannot be meant: status 2, and what to write instead."""

import pytest

from complaints.cli.main import main


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report", "2026-13", "--state", ".local"], "'2026-13' is no month and no year: write 2026-11 or 2026"),
        (["report", "November", "--state", ".local"], "write 2026-11 or 2026"),
        (["local", "--port", "65534"], "'65534' is no port: write 0 to 65533"),
        (["local", "--port", "-1"], "write 0 to 65533"),
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
