"""Files of outside surveys: the bucket says through its queue that one is there."""

import json
from typing import Any
from urllib.parse import unquote_plus

from complaints.adapters import clock
from complaints.desk import log
from complaints.desk.context import desk
from complaints.desk.surveys import import_file


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take the rows of each file; a file that could not be reached comes again."""
    log.configure()
    failures = []
    for record in event["Records"]:
        try:
            for entry in json.loads(record["body"]).get("Records", ()):
                import_file(desk(), unquote_plus(entry["s3"]["object"]["key"]), clock.counted())
        except Exception as failed:  # noqa: BLE001  # the queue keeps it and brings it again; the others go on
            log.error("survey not imported", exception=True, id=record["messageId"], error=type(failed).__name__)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
