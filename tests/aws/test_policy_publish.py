"""`complaints policy publish`: a right policy counts for new cases without a redeploy, a wrong one is not published."""

from pathlib import Path

import pytest
from tests.support.world import ROOT, world

from complaints.adapters.policies import Policies
from complaints.cli.main import main

POLICY = ROOT / "policies" / "hotline.yaml"


def arguments(file: Path) -> list[str]:
    sample = ROOT / "policies" / "sample" / "hotline"
    return ["policy", "publish", str(file), "--organisation", str(sample), "--language", "en"]


def test_a_changed_policy_is_made_current_and_the_old_one_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hotline.yaml"
    changed = POLICY.read_text(encoding="utf-8").replace('version: "2026-11"', 'version: "2026-12"')
    file.write_text(changed, encoding="utf-8")
    with world("hotline", monkeypatch) as made:
        before = made.desk.policies.read_pointer().policy
        assert main(arguments(file)) == 0
        fresh = Policies(made.desk.store, made.desk.files)
        after = fresh.read_pointer().policy
        assert after != before
        assert fresh.policy(after).version == "2026-12"
        assert fresh.policy(before).version == "2026-11"
    assert f"published as {after}" in capsys.readouterr().out


def test_a_policy_with_an_error_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hotline.yaml"
    file.write_text(POLICY.read_text(encoding="utf-8").replace("by: [trainer]", "by: [trainr]"), encoding="utf-8")
    with world("hotline", monkeypatch) as made:
        before = made.desk.policies.read_pointer().policy
        assert main(arguments(file)) == 1
        assert Policies(made.desk.store, made.desk.files).read_pointer().policy == before
    said = capsys.readouterr()
    assert "did you mean trainer?" in said.out
    assert "not published" in said.err


def test_without_a_deployment_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from complaints.adapters import settings
    from complaints.desk import context

    monkeypatch.delenv("TABLE", raising=False)
    settings.current.cache_clear()
    context.desk.cache_clear()
    assert main(arguments(POLICY)) == 1
    assert "TABLE is not set" in capsys.readouterr().err
