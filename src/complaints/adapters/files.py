"""Objects in buckets: written once under the hash of their content, read back, lent by links that expire."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from complaints.adapters import aws

PIECE = 1 << 20
PART = 8 << 20
"""Bytes of one part of an object that is written in parts; S3 takes at most 10,000 of them and none below 5 MB."""


class NoFileError(LookupError):
    """There is no such object; the text names bucket and key."""

    impersonal = True


class Files:
    """One bucket."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket

    def read(self, key: str) -> bytes:
        """The whole object. Raises `NoFileError`."""
        body: bytes = self._get(key)["Body"].read()
        return body

    def pieces(self, key: str, size: int = PIECE) -> Iterator[bytes]:
        """The object in pieces of at most `size` bytes, each its own request: a slow reader holds no connection. Raises
        `NoFileError`.

        Raises
        ------
        botocore.exceptions.ClientError
            Somebody wrote another object over it in the meantime (412).
        """
        start, total = 0, 1
        same: dict[str, str] = {}
        while start < total:
            span = f"bytes={start}-{start + size - 1}"
            try:
                answer = self._get(key, Range=span, **same)
            except ClientError as failed:
                if _code(failed) == "InvalidRange" and not start:
                    return  # an empty object has no first byte
                raise
            total = int(answer["ContentRange"].rpartition("/")[2])
            same = {"IfMatch": answer["ETag"]}
            start += size
            yield answer["Body"].read()

    def _get(self, key: str, **how: str) -> dict[str, Any]:
        """What S3 answers. Raises `NoFileError`."""
        try:
            answer: dict[str, Any] = aws.client("s3").get_object(Bucket=self.bucket, Key=key, **how)
        except ClientError as failed:
            if _code(failed) in ("NoSuchKey", "404"):
                raise NoFileError(f"no object {key} in bucket {self.bucket}") from failed
            raise
        return answer

    def write_pieces(self, key: str, pieces: Iterable[bytes], content_type: str = "application/json") -> int:
        """Write an object piece by piece without holding it; how many bytes it has. Nobody sees half of it.

        What a failure leaves behind unfinished the bucket removes by itself (its lifecycle rules).
        """
        held: list[bytes] = []
        length = total = 0
        parts: list[dict[str, Any]] = []
        upload: dict[str, Any] = {}
        s3 = aws.client("s3")

        def send() -> None:
            if not upload:
                made = s3.create_multipart_upload(Bucket=self.bucket, Key=key, ContentType=content_type)
                upload.update(Bucket=self.bucket, Key=key, UploadId=made["UploadId"])
            number = len(parts) + 1
            sent = s3.upload_part(**upload, PartNumber=number, Body=b"".join(held))
            kept = {name: value for name, value in sent.items() if name == "ETag" or name.startswith("ChecksumCRC")}
            parts.append({"PartNumber": number, **kept})

        for piece in pieces:
            held.append(piece)
            length += len(piece)
            total += len(piece)
            if length >= PART:
                send()
                held.clear()
                length = 0
        if not upload:
            self.write(key, b"".join(held), content_type)
            return total
        if held:
            send()
        s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
        return total

    def write(self, key: str, body: bytes, content_type: str = "application/json") -> None:
        """Write the whole object, over what stands there."""
        aws.client("s3").put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=content_type)

    def write_new(self, key: str, body: bytes, content_type: str = "application/json") -> bool:
        """Write the object unless there is one; whether it was written."""
        try:
            aws.client("s3").put_object(
                Bucket=self.bucket, Key=key, Body=body, ContentType=content_type, IfNoneMatch="*"
            )
        except ClientError as failed:
            if _code(failed) in ("PreconditionFailed", "ConditionalRequestConflict"):
                return False
            raise
        return True

    def keep(self, folder: str, body: bytes, content_type: str = "application/json", suffix: str = ".json") -> str:
        """Write the object under the hash of its content in `folder`; returns the hash (hex)."""
        name = hashlib.sha256(body).hexdigest()
        self.write(f"{folder}/{name}{suffix}", body, content_type)
        return name

    def sha256(self, key: str) -> str:
        """The hash (hex) of an object's content, read piece by piece. Raises `NoFileError`."""
        hashed = hashlib.sha256()
        for piece in self.pieces(key):
            hashed.update(piece)
        return hashed.hexdigest()

    def keys(self, prefix: str) -> list[str]:
        """All keys that begin with `prefix`, in their order."""
        return list(self.sizes(prefix))

    def sizes(self, prefix: str) -> dict[str, int]:
        """The bytes of every object whose key begins with `prefix`, in the order of keys."""
        found: dict[str, int] = {}
        for page in aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
            found |= {entry["Key"]: entry["Size"] for entry in page.get("Contents", ())}
        return found

    def delete(self, key: str) -> None:
        """Delete the object; nothing happens when there is none."""
        aws.client("s3").delete_object(Bucket=self.bucket, Key=key)

    def destroy(self, prefix: str) -> None:
        """Delete every version of all objects whose key begins with `prefix`, so that none can be brought back."""
        s3 = aws.client("s3")
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=prefix):
            for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                s3.delete_object(Bucket=self.bucket, Key=one["Key"], VersionId=one["VersionId"])

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


def _code(failed: ClientError) -> str:
    return str(failed.response.get("Error", {}).get("Code", ""))


def saved_as(name: str) -> str:
    """The header that has a browser save a file under this name, whatever stands in it (RFC 6266).

    S3 takes ASCII only; browsers prefer the second form, which carries every script.
    """
    plain = "".join(char for char in name if char.isprintable())
    ascii_only = re.sub(r'[^ -~]|["\\]', "_", plain)
    return f"attachment; filename=\"{ascii_only}\"; filename*=UTF-8''{quote(plain, safe='')}"
