"""Stores export files in S3, written in parts; signed links to them are valid for minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

LINK_SECONDS = 900
# Error codes for an upload that is no longer what we think it is (S3, "Error responses").
BROKEN_UPLOAD_CODES = frozenset(
    {"NoSuchUpload", "InvalidPart", "InvalidPartOrder", "EntityTooSmall", "NoSuchKey", "404"}
)


class UploadBroken(Exception):
    """The upload is gone, or a part of it is not the one we wrote: it must be started again."""


class ExportFiles:
    """The S3 bucket of exports. Each method is one call to S3 and may raise Unavailable."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def begin_upload(self, name: str, content_type: str = "application/gzip") -> str:
        """Begins an upload and returns its id."""
        response = self._call("create_multipart_upload", Key=name, ContentType=content_type)
        return str(response["UploadId"])

    def add_part(self, name: str, upload: str, number: int, content: bytes) -> str:
        """Writes part `number`, from 1, and returns its tag. All but the last must be at least 5 MiB; writing again replaces it."""
        return str(self._call("upload_part", Key=name, UploadId=upload, PartNumber=number, Body=content)["ETag"])

    def complete(self, name: str, upload: str, tags: Sequence[str]) -> None:
        """Joins the parts into one file. Raises UploadBroken."""
        parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, start=1)]
        self._call("complete_multipart_upload", Key=name, UploadId=upload, MultipartUpload={"Parts": parts})

    def abort(self, name: str, upload: str) -> None:
        """Abandons an upload; does nothing if it is gone."""
        try:
            self._call("abort_multipart_upload", Key=name, UploadId=upload)
        except UploadBroken:
            return

    def put(self, name: str, content: bytes, content_type: str = "application/gzip") -> None:
        """Writes a small file at once, over another of that name."""
        self._call("put_object", Key=name, Body=content, ContentType=content_type)

    def find(self, name: str) -> bytes | None:
        """A file's content, or None."""
        try:
            return bytes(self._call("get_object", Key=name)["Body"].read())
        except UploadBroken:
            return None

    def delete(self, name: str) -> None:
        """Deletes a file; does nothing if it is gone."""
        self._call("delete_object", Key=name)

    def exists(self, name: str) -> bool:
        """True when the complete file exists."""
        try:
            self._call("head_object", Key=name)
        except UploadBroken:
            return False
        return True

    def presigned_url(self, name: str, *, filename: str, unpacked_type: str = "") -> str:
        """A signed link, valid for 15 minutes; makes no call. With `unpacked_type`, browsers decompress the file themselves."""
        headers = {
            "ResponseContentDisposition": f'attachment; filename="{filename}"',
            "ResponseCacheControl": "no-store",
        }
        if unpacked_type:
            headers |= {"ResponseContentType": unpacked_type, "ResponseContentEncoding": "gzip"}
        parameters = {"Bucket": self._bucket, "Key": name, **headers}
        return str(self._client.generate_presigned_url("get_object", Params=parameters, ExpiresIn=LINK_SECONDS))

    def _call(self, operation: str, **request: Any) -> dict[str, Any]:
        try:
            response: dict[str, Any] = getattr(self._client, operation)(Bucket=self._bucket, **request)
        except ClientError as error:
            if error.response["Error"]["Code"] in BROKEN_UPLOAD_CODES:
                raise UploadBroken from error
            raise Unavailable from error
        except BotoCoreError as error:
            raise Unavailable from error
        return response
