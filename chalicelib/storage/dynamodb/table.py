"""Reads and writes one DynamoDB table: plain values in and out, refusals as our own errors; it retries nothing itself."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Unavailable
from chalicelib.storage.dynamodb.item_values import decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from chalicelib.storage.dynamodb.item_values import Attributes


# Error codes after which a retry is right (DynamoDB, "Error handling").
BUSY_CODES = frozenset(
    {
        "InternalServerError",
        "ItemCollectionSizeLimitExceededException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
MAX_BATCH_SIZE = 100

not_there_yet = "attribute_not_exists(#pk)"
is_there = "attribute_exists(#pk)"
MULTI_TABLE_OPERATIONS = frozenset({"batch_get_item", "transact_write_items"})


class ConditionFailed(Exception):
    """The condition of a write did not hold; `found` is the item that was there, or None."""

    def __init__(self, found: Attributes | None) -> None:
        super().__init__()
        self.found = found


class WriteRefused(Exception):
    """DynamoDB refuses this very request, however often it is made."""


class ItemTooLarge(WriteRefused):
    """The item would be larger than DynamoDB allows."""


class Table:
    """One table. Each method is one call to AWS unless it says otherwise, and may raise Unavailable."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def get(self, pk: str, sk: str, *, consistent: bool = True) -> Attributes | None:
        """One item, or None."""
        found = self._call("get_item", Key=key_of(pk, sk), ConsistentRead=consistent).get("Item")
        return decode(found) if found else None

    def put(self, attributes: Attributes, *, condition: str = "", values: Mapping[str, Any] | None = None) -> None:
        """Writes a whole item. `condition` refers to attributes as `#name`. Raises ConditionFailed."""
        self._call("put_item", Item=encode(attributes), **condition_of(condition, values or {}))

    def update(  # noqa: PLR0913 - as many as DynamoDB asks for
        self,
        pk: str,
        sk: str,
        expression: str,
        *,
        values: Mapping[str, Any],
        condition: str = "",
        returns: str = "NONE",
        aliases: Mapping[str, str] | None = None,
    ) -> Attributes:
        """Changes an item. Both expressions refer to attributes as `#name`, or by `aliases`. Raises ConditionFailed."""
        request = condition_of(condition, values, expression)
        if aliases:
            request["ExpressionAttributeNames"] = {**request["ExpressionAttributeNames"], **aliases}
        response = self._call(
            "update_item", Key=key_of(pk, sk), UpdateExpression=expression, ReturnValues=returns, **request
        )
        return decode(response.get("Attributes", {}))

    def delete(self, pk: str, sk: str, *, condition: str = "", values: Mapping[str, Any] | None = None) -> None:
        """Deletes an item, if it exists. Raises ConditionFailed."""
        self._call("delete_item", Key=key_of(pk, sk), **condition_of(condition, values or {}))

    def query(
        self, pk: str, *, sk_prefix: str = "", consistent: bool = False, newest_first: bool = False
    ) -> Iterator[Attributes]:
        """The items of a partition by sort key, ascending or descending: one call per megabyte."""
        condition = "#pk = :pk AND begins_with(#sk, :sk)" if sk_prefix else "#pk = :pk"
        values = {":pk": pk, ":sk": sk_prefix} if sk_prefix else {":pk": pk}
        yield from self._pages(condition, values, ConsistentRead=consistent, ScanIndexForward=not newest_first)

    def query_until(self, pk: str, last: str) -> Iterator[Attributes]:
        """The items of a partition whose sort key is at most `last`, ascending, up to a second old: one call per megabyte."""
        yield from self._pages("#pk = :pk AND #sk <= :last", {":pk": pk, ":last": last})

    def query_newest(
        self,
        pk: str,
        index: str,
        span: tuple[str, str, str],
        *,
        page: int,
        after: Mapping[str, Any] | None = None,
        consistent: bool = False,
    ) -> Iterator[Attributes]:
        """The entries of a partition in a local index, latest first: one call per `page` entries, made as they are consumed.

        `span` is the index's sort attribute with its lowest and highest value, both inclusive; `after` is the entry to
        continue after.
        """
        name, low, high = span
        options: dict[str, Any] = {"IndexName": index, "ScanIndexForward": False, "Limit": page}
        options["ConsistentRead"] = consistent
        if after:
            options["ExclusiveStartKey"] = encode(after)
        values = {":pk": pk, ":low": low, ":high": high}
        yield from self._pages(f"#pk = :pk AND #{name} BETWEEN :low AND :high", values, **options)

    def query_index(  # noqa: PLR0913 - as many as DynamoDB asks for
        self,
        index: str,
        attribute: str,
        value: str,
        *,
        newest_first: bool = False,
        page: int = 1000,
        after: Mapping[str, Any] | None = None,
        sort_prefix: str = "",
    ) -> Iterator[Attributes]:
        """The entries of a global index under one value, in order, behind `after`: one call per `page` entries or megabyte."""
        options: dict[str, Any] = {"IndexName": index, "ScanIndexForward": not newest_first, "Limit": page}
        if after:
            options["ExclusiveStartKey"] = encode(after)
        condition, values = f"#{attribute} = :{attribute}", {f":{attribute}": value}
        if sort_prefix:
            condition, values = f"{condition} AND begins_with(#sort, :sort)", values | {":sort": sort_prefix}
        yield from self._pages(condition, values, **options)

    def put_in_transaction(
        self, attributes: Attributes, *others: Attributes, condition: str, values: Mapping[str, Any] | None = None
    ) -> None:
        """Writes all items or none, the first on `condition`. Raises ConditionFailed, without the item found."""
        first = {"Put": {"Item": encode(attributes), **condition_of(condition, values or {})}}
        self.commit(first, *({"Put": {"Item": encode(one)}} for one in others))

    def delete_in_transaction(
        self, pk: str, sk: str, other: Attributes, *, condition: str, values: Mapping[str, Any]
    ) -> None:
        """Deletes an item on `condition` and writes another, or does neither. Raises ConditionFailed."""
        delete = {"Delete": {"Key": key_of(pk, sk), **condition_of(condition, values)}}
        self.commit(delete, {"Put": {"Item": encode(other)}})

    def commit(self, *writes: Mapping[str, Mapping[str, Any]]) -> None:
        """Makes all `writes` (see `transactions`) or none. Raises ConditionFailed, without the item found."""
        whole = [{kind: {**write, "TableName": self._name} for kind, write in one.items()} for one in writes]
        for request in (request for one in whole for request in one.values()):
            request.pop("ReturnValuesOnConditionCheckFailure", None)  # it would cost, and nobody looks at it
        self._call("transact_write_items", TransactItems=whole)

    def _pages(self, condition: str, values: Mapping[str, Any], **options: Any) -> Iterator[Attributes]:
        request = {
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": _names(condition),
            "ExpressionAttributeValues": encode(values),
            **options,
        }
        while True:
            response = self._call("query", **request)
            for item in response["Items"]:
                yield decode(item)
            if not response.get("LastEvaluatedKey"):
                return
            request["ExclusiveStartKey"] = response["LastEvaluatedKey"]

    def get_many(self, keys: Iterable[tuple[str, str]], *, consistent: bool = False) -> Iterator[Attributes]:
        """Items by key, in no particular order: one call per hundred, and more if DynamoDB returns some unprocessed."""
        remaining = [key_of(pk, sk) for pk, sk in keys]
        while remaining:
            batch, remaining = remaining[:MAX_BATCH_SIZE], remaining[MAX_BATCH_SIZE:]
            response = self._call(
                "batch_get_item", RequestItems={self._name: {"Keys": batch, "ConsistentRead": consistent}}
            )
            for item in response["Responses"].get(self._name, []):
                yield decode(item)
            later = response.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])
            if len(later) == len(batch):  # nothing was processed: retrying at once would only add to the load
                raise Unavailable
            remaining += later

    def _call(self, operation: str, **request: Any) -> dict[str, Any]:
        if operation not in MULTI_TABLE_OPERATIONS:
            request["TableName"] = self._name
        try:
            response: dict[str, Any] = getattr(self._client, operation)(**request)
        except ClientError as error:
            raise translate_error(error) from error
        except BotoCoreError as error:  # no connection, or no response in time
            raise Unavailable from error
        return response


def translate_error(error: ClientError) -> Exception:
    """A DynamoDB error as ConditionFailed, WriteRefused or Unavailable; any other as it is."""
    code = error.response["Error"]["Code"]
    if code == "ConditionalCheckFailedException":
        found: Any = error.response.get("Item")
        return ConditionFailed(decode(found) if found else None)
    if code == "TransactionCanceledException":
        reasons: Any = error.response.get("CancellationReasons", [])
        failed = any(reason.get("Code") == "ConditionalCheckFailed" for reason in reasons)
        return ConditionFailed(None) if failed else Unavailable()
    if code == "ValidationException":
        return ItemTooLarge() if "Item size" in error.response["Error"].get("Message", "") else WriteRefused()
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return Unavailable() if code in BUSY_CODES or status >= 500 else error  # noqa: PLR2004 - HTTP's server errors


def key_of(pk: str, sk: str) -> dict[str, Any]:
    """A key in DynamoDB's types."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def condition_of(condition: str, values: Mapping[str, Any], *expressions: str) -> dict[str, Any]:
    """The arguments of a request with a condition and further expressions, which refer to attributes as `#name`."""
    names = _names(condition, *expressions)
    request: dict[str, Any] = {"ExpressionAttributeNames": names} if names else {}  # DynamoDB refuses empty ones
    if condition:
        request |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    if values:
        request["ExpressionAttributeValues"] = encode(values)
    return request


@lru_cache(maxsize=1024)
def _names(*expressions: str) -> dict[str, str]:
    """`#state` stands for the attribute `state`, so that reserved words do no harm."""
    words = " ".join(expressions).replace("(", " ").replace(")", " ").replace(",", " ").replace("=", " ").split()
    return {word: word[1:] for word in words if word.startswith("#")}
