"""Reads whole buckets fast, as plain values: it skips botocore's parsing of each one, which would take most of the time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import JSONParser, ResponseParserFactory

from chalicelib.domain.errors import Unavailable
from chalicelib.storage.aws_session import AwsSession
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import translate_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    StoredItem = dict[str, Any]


class _RawItems(JSONParser):
    """Leaves lists of items as parsed from JSON, because ours contain no binary values and no times."""

    def _parse_body_as_json(self, body_contents: bytes) -> Any:
        return orjson.loads(body_contents) if body_contents else {}

    def _parse_shape(self, shape: Any, node: Any) -> Any:
        return node if shape.name == "ItemList" else super()._parse_shape(shape, node)  # type: ignore[misc]  # the stubs leave it out


class _RawItemsFactory(ResponseParserFactory):
    def create_parser(self, protocol_name: str) -> Any:  # noqa: ARG002 - DynamoDB speaks one
        return _RawItems()


def raw_session() -> AwsSession:
    """A session whose DynamoDB clients return items unparsed."""
    return AwsSession(_RawItemsFactory())


def _plain(value: dict[str, Any]) -> Any:
    ((kind, content),) = value.items()
    if kind in ("S", "BOOL"):
        return content
    if kind == "N":
        return int(content)
    if kind == "M":
        return {name: _plain(one) for name, one in content.items()}
    return [_plain(one) for one in content] if kind == "L" else content


def _projection(attributes: Sequence[str]) -> dict[str, Any]:
    if not attributes:
        return {}
    aliases = {f"#{name}": name for name in attributes}
    return {"ProjectionExpression": ",".join(aliases), "ExpressionAttributeNames": aliases}


class BucketScan:
    """Scans buckets of the Signatures table. `client` comes from `raw_session`."""

    def __init__(self, client: Any, table: str, *, page: int = 0) -> None:
        """A call returns at most `page` items, or a megabyte if that is 0."""
        self._client = client
        self._table = table
        self._limit = {"Limit": page} if page else {}

    def pages(
        self, campaign: str, bucket: int, attributes: Sequence[str] = (), *, after: str = ""
    ) -> Iterator[tuple[list[StoredItem], str]]:
        """The signatures of one bucket after the id `after`, with these `attributes` or all; one strongly consistent call per page.

        Each page comes with the id to continue after, empty on the last page. Raises Unavailable.
        """
        pk = item_keys.partition(campaign, bucket)
        request: dict[str, Any] = {
            "TableName": self._table,
            "ConsistentRead": True,
            **self._limit,
            **_projection(attributes),
            "KeyConditionExpression": "pk = :pk" + (" AND sk > :after" if after else ""),
            "ExpressionAttributeValues": {":pk": {"S": pk}, **({":after": {"S": after}} if after else {})},
        }
        while True:
            try:
                response = self._client.query(**request)
            except ClientError as error:
                raise translate_error(error) from error
            except BotoCoreError as error:
                raise Unavailable from error
            last = response.get("LastEvaluatedKey", {})
            stored = [
                {name: value["S"] if "S" in value else _plain(value) for name, value in item.items()}
                for item in response["Items"]
            ]
            yield stored, last["sk"]["S"] if last else ""
            if not last:
                return
            request["ExclusiveStartKey"] = last
