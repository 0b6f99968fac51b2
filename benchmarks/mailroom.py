"""Messages a second and peak memory of `read_mail`, beside the standard library on the same messages in one run.

    python benchmarks/mailroom.py [--rounds 5] [--json]

The messages are the mail corpus beside the checkout (COMPLAINTS_CORPORA, or ../shared/corpora), else generated ones.
Both sides do the same work where the standard library can: split the parts and decode every header, text and file.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from pathlib import Path

from complaints.mailroom.read import read_mail

BIG_MB = 40


def corpus() -> list[bytes]:
    """Every message of the corpus, or an empty list."""
    root = Path(os.environ.get("COMPLAINTS_CORPORA") or Path(__file__).parents[2] / "shared" / "corpora") / "mail"
    files = []
    for index in sorted(root.glob("*/index.json")):
        for entry in json.loads(index.read_text("utf-8"))["messages"]:
            if entry.get("kind") != "body-text":
                files.append((index.parent / entry["file"]).read_bytes())
    return files


def generated(count: int = 400) -> list[bytes]:
    """Messages of the usual shapes: plain, alternative, with photos, replies with history, in the usual charsets."""
    out = []
    for number in range(count):
        charset = ("utf-8", "gb18030", "us-ascii")[number % 3]
        body = (
            "The parcel is lost and nobody answers.\n" if charset == "us-ascii" else "包裹丢失三周，没有人联系我。\n"
        ) * (5 + number % 40)
        text = base64.encodebytes(body.encode(charset))
        subject = base64.b64encode(f"投诉 {number}".encode()).decode()
        photo = base64.encodebytes(b"\xff\xd8\xff" + bytes(range(256)) * (number % 200))
        head = (
            f"From: a{number}@x.example\nTo: d@y.example\nSubject: =?utf-8?B?{subject}?=\nMIME-Version: 1.0\n".encode()
        )
        html = base64.encodebytes(f"<html><body><p>{body}</p></body></html>".encode(charset))
        out.append(
            head
            + b"Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: multipart/alternative; boundary=a\n\n"
            + b"".join(
                b"--a\nContent-Type: text/%s; charset=%s\nContent-Transfer-Encoding: base64\n\n%s\n"
                % (kind, charset.encode(), data)
                for kind, data in ((b"plain", text), (b"html", html))
            )
            + b"--a--\n--m\nContent-Type: image/jpeg; name=p.jpg\nContent-Transfer-Encoding: base64\n\n"
            + photo
            + b"\n--m--\n"
        )
    return out


def big() -> bytes:
    """One message of the largest size that SES takes, nearly all of it one photo."""
    line = base64.b64encode(b"\xff\xd8\xff" + bytes(54)) + b"\r\n"
    head = b"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n"
    part = b"Content-Type: image/jpeg; name=p.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + part + line * (BIG_MB * 1_000_000 // len(line)) + b"--b--\r\n"


def standard(raw: bytes) -> int:
    """The plain standard library: parse, decode subject and sender, decode every body."""
    message: Message = message_from_bytes(raw, policy=compat32)
    size = 0
    for name in ("Subject", "From", "To"):
        try:
            size += len(str(make_header(decode_header(str(message.get(name, ""))))))
        except (LookupError, ValueError, UnicodeError):
            size += 1
    for part in message.walk():
        if part.is_multipart():
            continue
        part.get_filename()
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            continue
        if part.get_content_maintype() == "text":
            try:
                size += len(data.decode(part.get_content_charset() or "utf-8", "replace"))
            except LookupError:
                size += len(data.decode("utf-8", "replace"))
        else:
            size += len(data)
    return size


def mailroom(raw: bytes) -> int:
    """What the intake does with each message."""
    return len(read_mail(raw).text)


def seconds(works: Sequence[Callable[[bytes], int]], messages: list[bytes], rounds: int) -> list[float]:
    """Fastest pass of each of `works` over all messages, in CPU seconds, taking turns so that both meet the same
    machine."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for index, work in enumerate(works):
            start = time.process_time()
            for raw in messages:
                work(raw)
            best[index] = min(best[index], time.process_time() - start)
    return best


def peak_mb(side: str) -> tuple[float, float]:
    """(peak resident MB, seconds) of a fresh process that reads the big message once; the imports and the message
    included."""
    code = (
        "import sys, time, resource; sys.path.insert(0, sys.argv[1]); import mailroom as m; raw = m.big(); "
        "t = time.process_time(); getattr(m, sys.argv[2])(raw); d = time.process_time() - t; "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, d)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent), side], capture_output=True, text=True, check=True
    )
    memory, taken = done.stdout.split()
    return float(memory), float(taken)


def main() -> int:
    """Print the figures; exit 1 if reading takes more than twice the standard library's time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    messages = corpus()
    source = "corpus" if messages else "generated"
    messages = messages or generated()
    ours, theirs = seconds((mailroom, standard), messages, options.rounds)
    (our_mb, our_s), (their_mb, their_s) = peak_mb("mailroom"), peak_mb("standard")
    figures = {
        "messages": f"{len(messages)} {source}, {sum(map(len, messages)) / 1e6:.1f} MB",
        "read_mail_per_CPU_second": round(len(messages) / ours),
        "standard_per_CPU_second": round(len(messages) / theirs),
        "time_ratio": round(ours / theirs, 2),
        f"read_mail_{BIG_MB}MB_CPU_seconds": round(our_s, 2),
        f"standard_{BIG_MB}MB_CPU_seconds": round(their_s, 2),
        f"read_mail_{BIG_MB}MB_peak_MB": round(our_mb),
        f"standard_{BIG_MB}MB_peak_MB": round(their_mb),
    }
    print(
        json.dumps(figures, ensure_ascii=False)
        if options.json
        else "\n".join(f"{k:28s} {v}" for k, v in figures.items())
    )
    return 1 if ours > 2 * theirs else 0


if __name__ == "__main__":
    sys.exit(main())
