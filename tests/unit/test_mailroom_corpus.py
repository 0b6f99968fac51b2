"""The goals on other people's messages, where they lie beside the checkout."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from complaints.mailroom import read_mail

ROOT = Path(os.environ.get("COMPLAINTS_CORPORA") or Path(__file__).parents[3] / "shared" / "corpora") / "mail"

pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not ROOT.is_dir(), reason="the mail corpus is not here")]


def test_every_message_is_read_no_person_is_swallowed_and_machines_are_marked() -> None:
    marked: Counter[tuple[str, bool]] = Counter()
    swallowed, lost = [], []
    for index in sorted(ROOT.glob("*/index.json")):
        for entry in json.loads(index.read_text("utf-8"))["messages"]:
            if entry.get("kind") == "body-text":
                continue
            path = index.parent / entry["file"]
            raw = path.read_bytes()
            read = read_mail(raw, own_addresses=["redmine@example.net"])
            if "\ufffd" in read.subject + read.text and not any("U+FFFD" in d for d in read.defects):
                lost.append(str(path))
            if entry.get("machine") is False and read.kind.from_machine:
                swallowed.append((str(path), read.reason))
            if entry.get("machine"):
                marked[entry["difficulty"], read.kind.from_machine] += 1

    assert swallowed == []
    assert lost == []
    assert marked["easy", True] >= 0.99 * (marked["easy", True] + marked["easy", False])
    assert marked["medium", True] >= 0.90 * (marked["medium", True] + marked["medium", False])
