"""A folder in the place of buckets, recorded answers in the place of DynamoDB: for `report_pieces.py`."""

import json
import os
import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.report import PAGE, UNITS


class FolderFiles:
    """A bucket as a folder, for `complaints.adapters.files.Files`."""

    root = Path()

    def __init__(self, bucket: str) -> None:
        self.folder = self.root / bucket

    def read(self, key: str) -> bytes:
        """The whole object."""
        return b"".join(self.pieces(key))

    def pieces(self, key: str, size: int = 1 << 20) -> Iterator[bytes]:
        """The object in pieces."""
        from complaints.adapters.files import NoFileError

        try:
            with (self.folder / key).open("rb") as file:
                while piece := file.read(size):
                    yield piece
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise NoFileError(key) from None

    def write_pieces(self, key: str, pieces: Iterable[bytes], _content_type: str = "") -> int:
        """Write an object piece by piece."""
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{os.getpid()}")
        with aside.open("wb") as file:
            total = sum(file.write(piece) for piece in pieces)
        aside.replace(path)
        return total

    def write(self, key: str, body: bytes, _content_type: str = "") -> None:
        """Write an object."""
        self.write_pieces(key, [body])

    def sizes(self, prefix: str) -> dict[str, int]:
        """Objects by prefix."""
        top = self.folder / prefix
        top = top if top.is_dir() else top.parent
        paths = (path for path in top.rglob("*") if path.is_file())
        found = {path.relative_to(self.folder).as_posix(): path.stat().st_size for path in paths}
        return {key: found[key] for key in sorted(found) if key.startswith(prefix)}

    def keys(self, prefix: str) -> list[str]:
        """Keys by prefix."""
        return list(self.sizes(prefix))

    def delete(self, key: str) -> None:
        """Delete an object."""
        (self.folder / key).unlink(missing_ok=True)


class Answers:
    """Answers botocore's queries for facts with the day objects of a folder, in pages of a megabyte; counts the
    requests, and the seconds that their answers took to make."""

    def __init__(self, folder: Path) -> None:
        self.requests, self.seconds = 0, 0.0
        self._folder = folder
        self._pages: dict[str, Iterator[bytes]] = {}

    def __call__(self, request: Any, **_: Any) -> Any:
        from botocore.awsrequest import AWSResponse

        asked = json.loads(request.body)
        day, shard = asked["ExpressionAttributeValues"][":day"]["S"].split("#")
        if "ExclusiveStartKey" not in asked:
            self._pages[day + shard] = self._pages_of(day, shard)
        self.requests += 1
        began = time.process_time()
        body = next(self._pages[day + shard])
        self.seconds += time.process_time() - began
        raw = SimpleNamespace(stream=lambda **_: iter([body]), read=lambda *_: body)
        headers = {"content-type": "application/x-amz-json-1.0", "content-length": str(len(body))}
        return AWSResponse(request.url, 200, headers, raw)

    def _pages_of(self, day: str, shard: str) -> Iterator[bytes]:
        items: list[str] = []
        size = 0
        with (self._folder / f"facts/day={day}/shard-{shard}.jsonl").open() as file:
            for number, line in enumerate(file):
                items.append(json.dumps({"facts": {"S": line}}))
                # the index holds the keys of table and index beside the facts, about 110 bytes, and they count
                size += len(line) + 110
                if size >= PAGE:
                    last = f'"LastEvaluatedKey":{{"pk":{{"S":"{number}"}}}},'
                    yield b'{%s"Items":[%s],"Count":%d}' % (last.encode(), ",".join(items).encode(), len(items))
                    items, size = [], 0
        yield b'{"Items":[%s],"Count":%d}' % (",".join(items).encode(), len(items))


def stand_in(folder: Path) -> tuple[Any, Answers]:
    """The desk over a folder instead of buckets, a country's units and "DynamoDB"; and what answers for the latter."""
    os.environ.update(AWS_DEFAULT_REGION="eu-central-1", AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x")
    from complaints.adapters import aws, factstore
    from complaints.adapters.settings import Settings
    from complaints.adapters.store import Store
    from complaints.desk import report, report_render

    FolderFiles.root = folder
    for module in (factstore, report, report_render):
        vars(module)["Files"] = FolderFiles
    policy = _policy()
    paths = sorted({"/".join(path.split("/")[:depth]) for path in UNITS for depth in range(1, 5)})
    units = [_unit(path) for path in paths]
    settings = Settings(table="desk", zone=ZoneInfo("Asia/Shanghai"), facts_bucket="facts", reports_bucket="reports")
    handler = Answers(folder / "facts")
    aws.reset()
    aws.client("dynamodb").meta.events.register("before-send.dynamodb.Query", handler)
    desk = SimpleNamespace(
        settings=settings,
        store=Store("desk"),
        policies=SimpleNamespace(current=lambda _: SimpleNamespace(policy=policy)),
        directory=SimpleNamespace(people=lambda *_: {}, unit=lambda *_: None, write=lambda *_: None),
    )
    vars(report)["all_units"] = lambda *_: units
    return desk, handler


@cache
def _policy() -> Any:
    from complaints.policy.compile import compile_policy

    return compile_policy(Path(__file__).parents[1] / "policies" / "postal.yaml").policy


def _unit(path: str) -> Any:
    steps = tuple(path.split("/"))
    name = {"zh-CN": f"{steps[-1]}单位", "en": f"Unit {steps[-1]}"}
    return SimpleNamespace(id=steps[-1], path=steps, names=name, holders=(), address=path, level="")
