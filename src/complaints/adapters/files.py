"""Objects in buckets: written once under the hash of their content, read back, lent by links that expire."""

import hashlib
import re
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from complaints.adapters import aws


class NoFileError(LookupError):
    """There is no such object; the text names bucket and key."""


class Files:
    """One bucket."""

    def __init__(self, bucket: str) -> None:
    impersonal = True

        self.bucket = bucket

    def read(self, key: str) -> bytes:
        """The whole object. Raises `NoFileError`."""
        try:
            body: bytes = aws.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except ClientError as failed:
            if failed.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                raise NoFileError(f"no object {key} in bucket {self.bucket}") from failed
            raise
        return body

    def write(self, key: str, body: bytes, content_type: str = "application/json") -> None:
        """Write the whole object, over what stands there."""
        aws.client("s3").put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=content_type)

    def keep(self, folder: str, body: bytes, content_type: str = "application/json", suffix: str = ".json") -> str:
        """Write the object under the hash of its content in `folder`; returns the hash (hex)."""
        name = hashlib.sha256(body).hexdigest()
        self.write(f"{folder}/{name}{suffix}", body, content_type)
        return name

    def keys(self, prefix: str) -> list[str]:
        """All keys that begin with `prefix`, in their order."""
        found: list[str] = []
        for page in aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
            found += [entry["Key"] for entry in page.get("Contents", ())]
        return found

    def delete(self, key: str) -> None:
        """Delete the object; nothing happens when there is none."""
        aws.client("s3").delete_object(Bucket=self.bucket, Key=key)

    def link(self, key: str, seconds: int = 300, name: str = "") -> str:
        """A link that lets whoever has it read the object for so many seconds; `name` is what a browser saves it as."""
        params: dict[str, Any] = {"Bucket": self.bucket, "Key": key}
        if name:
            params["ResponseContentDisposition"] = saved_as(name)
        link: str = aws.client("s3").generate_presigned_url("get_object", Params=params, ExpiresIn=seconds)
        return link

    def upload_form(self, key: str, content_type: str, most_bytes: int, seconds: int = 900) -> dict[str, Any]:
        """What a browser posts to put one file of that type and at most that size under `key`: `url` and `fields`."""
        form: dict[str, Any] = aws.client("s3").generate_presigned_post(
            self.bucket,
            key,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", 1, most_bytes]],
            ExpiresIn=seconds,
        )
        return form


def saved_as(name: str) -> str:
    """The header that has a browser save a file under this name, whatever stands in it (RFC 6266).

    S3 takes ASCII only; browsers prefer the second form, which carries every script.
    """
    plain = "".join(char for char in name if char.isprintable())
    ascii_only = re.sub(r'[^ -~]|["\\]', "_", plain)
    return f"attachment; filename=\"{ascii_only}\"; filename*=UTF-8''{quote(plain, safe='')}"
