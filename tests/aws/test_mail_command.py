"""`complaints mail`: what was set aside is shown, tried again, dropped."""

import pytest
from tests.support.world import world

from complaints.adapters.files import Files
from complaints.cli.main import main
from complaints.desk.set_aside import Aside, listed, set_aside

MAIL = b"From: wang@example.org\r\nSubject: late\r\nMessage-ID: <1@example.org>\r\n\r\nmy parcel never came\r\n"


def test_what_was_set_aside_is_shown_tried_again_and_dropped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with world("postal", monkeypatch) as desk:
        assert main(["mail", "list"]) == 0
        assert main(["mail", "replay"]) == 0
        nothing = capsys.readouterr()
        assert nothing.out == ""
        assert nothing.err.startswith("no e-mail is set aside\nno e-mail that failed is set aside")
        for key, reason in (("a", "failed: RuntimeError"), ("b", "machine: bulk"), ("c", "machine: bulk")):
            Files("mail").write(key, MAIL)
            set_aside(desk.desk, Aside(key=key, at=desk.now, reason=reason))
        assert main(["mail", "list"]) == 0
        assert [line.split("\t")[1] for line in capsys.readouterr().out.splitlines()] == ["a", "b", "c"]
        assert main(["mail", "replay"]) == 0
        assert capsys.readouterr().out.startswith("a\tcomplaint\t")
        assert main(["mail", "drop", "b"]) == 0
        assert [one.key for one in listed(desk.desk)] == ["c"]
        assert main(["mail", "replay", "nothing"]) == 1
        assert main(["mail", "drop"]) == 1
