"""Stores pictures in S3: parts of uploads, which S3 deletes after a day, and finished files, which never change.

It looks into none of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

UPLOADS, PICTURES = "uploads", "pictures"
# Beside the files of a picture that no campaign shows any more, since when it is there.
UNUSED = "unused"
MISSING_CODES = frozenset({"NoSuchKey", "404"})


@dataclass(slots=True)
class StoredPicture:
    """The files of one picture; `since` is when the newest of them was written, `unused_since` when nothing showed it."""

    id: str
    files: list[str]
    since: datetime
    unused_since: datetime | None = None


class PictureFiles:
    """Pictures and uploads in the bucket. Each method is one call to S3 unless it says otherwise, and may raise Unavailable."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put_part(self, campaign: str, upload: str, number: int, content: bytes) -> None:
        """Stores part `number`, from 1, of an upload; doing it again replaces it."""
        self._put(f"{UPLOADS}/{campaign}/{upload}/{number}", content, "application/octet-stream")

    def find_part(self, campaign: str, upload: str, number: int) -> bytes | None:
        """One part of an upload, or None."""
        return self._find(f"{UPLOADS}/{campaign}/{upload}/{number}")

    def put_status(self, campaign: str, name: str, status: dict[str, Any]) -> None:
        """Says how far a picture has come, in JSON types."""
        self._put(f"{UPLOADS}/{campaign}/{name}.json", json.dumps(status).encode(), "application/json")

    def find_status(self, campaign: str, name: str) -> dict[str, Any] | None:
        """How far a picture has come, or None."""
        found = self._find(f"{UPLOADS}/{campaign}/{name}.json")
        status: dict[str, Any] | None = json.loads(found) if found is not None else None
        return status

    def put_file(self, picture: str, file: str, content: bytes, content_type: str) -> None:
        """Stores one file of a picture."""
        self._put(f"{PICTURES}/{picture}/{file}", content, content_type)

    def find_file(self, picture: str, file: str) -> bytes | None:
        """One file of a picture, or None."""
        return self._find(f"{PICTURES}/{picture}/{file}")

    def exists(self, picture: str, file: str) -> bool:
        """True when there is that file of a picture."""
        return self._call("head_object", Key=f"{PICTURES}/{picture}/{file}") is not None

    def mark_unused(self, picture: str) -> None:
        """Notes that nothing shows a picture, from now on."""
        self._put(f"{PICTURES}/{picture}/{UNUSED}", b"", "text/plain")

    def unmark(self, picture: str) -> None:
        """Takes that back."""
        self._call("delete_object", Key=f"{PICTURES}/{picture}/{UNUSED}")

    def is_marked(self, picture: str) -> bool:
        """True while it is noted that nothing shows a picture."""
        return self.exists(picture, UNUSED)

    def delete(self, stored: StoredPicture) -> None:
        """Deletes a picture, its mark last: one call for each file."""
        for file in [*stored.files, UNUSED]:
            self._call("delete_object", Key=f"{PICTURES}/{stored.id}/{file}")

    def list(self) -> Iterator[StoredPicture]:
        """Every picture, by id: one call for each thousand files."""
        stored: StoredPicture | None = None
        for entry in self._entries():
            _, picture, file = entry["Key"].split("/", 2)
            if stored is None or stored.id != picture:
                if stored is not None:
                    yield stored
                stored = StoredPicture(picture, [], entry["LastModified"])
            if file == UNUSED:
                stored.unused_since = entry["LastModified"]
            else:
                stored.files.append(file)
                stored.since = max(stored.since, entry["LastModified"])
        if stored is not None:
            yield stored

    def _entries(self) -> Iterator[dict[str, Any]]:
        more: dict[str, str] = {}
        while True:
            page = self._call("list_objects_v2", Prefix=f"{PICTURES}/", **more) or {}
            yield from page.get("Contents", ())
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def _put(self, key: str, content: bytes, content_type: str) -> None:
        self._call("put_object", Key=key, Body=content, ContentType=content_type)

    def _find(self, key: str) -> bytes | None:
        found = self._call("get_object", Key=key)
        try:
            content: bytes | None = found["Body"].read() if found is not None else None
        except BotoCoreError as error:
            raise Unavailable from error
        return content

    def _call(self, operation: str, **request: Any) -> dict[str, Any] | None:
        """The answer of S3, or None for what is not there."""
        try:
            response: dict[str, Any] = getattr(self._client, operation)(Bucket=self._bucket, **request)
        except ClientError as error:
            if error.response["Error"]["Code"] in MISSING_CODES:
                return None
            raise Unavailable from error
        except BotoCoreError as error:
            raise Unavailable from error
        return response
