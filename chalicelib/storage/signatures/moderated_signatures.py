"""Records what organisers decide about a signature in public. What was signed is never changed here (see `signatures`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.timestamps import stamp
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.expressions import remove_clause, set_clause, values_of
from chalicelib.storage.signatures.preconditions import is_as_read, values_as_read
from chalicelib.storage.signatures.signature_items import COMMENT_MARKS, HIDING_ATTRIBUTES, read

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.storage.dynamodb.table import Table

is_shown, is_hidden = "attribute_not_exists(#hidden_at)", "attribute_exists(#hidden_at)"


class ModeratedSignatures:
    """Decisions in the Signatures table. Each method is one call to DynamoDB, and raises ConditionFailed if the signature has changed."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def hide(self, signature: Signature, reason: str, *, now: datetime) -> Signature:
        """Keeps the name from the public; it counts as before. Also raises ConditionFailed if it is hidden already."""
        sets = {"hidden_at": stamp(now), "hidden_reason": reason, "changed_at": stamp(now)}
        condition, values = f"{is_as_read} AND {is_shown}", values_of(sets) | values_as_read(signature)
        key = item_keys.signature_key(signature.key)
        return read(self._table.update(*key, set_clause(sets), condition=condition, values=values, returns="ALL_NEW"))

    def show(self, signature: Signature, *, now: datetime) -> Signature:
        """Ends that. Also raises ConditionFailed if it is not hidden."""
        sets = {"changed_at": stamp(now)}
        expression = f"{set_clause(sets)} {remove_clause(HIDING_ATTRIBUTES)}"
        condition, values = f"{is_as_read} AND {is_hidden}", values_of(sets) | values_as_read(signature)
        key = item_keys.signature_key(signature.key)
        return read(self._table.update(*key, expression, condition=condition, values=values, returns="ALL_NEW"))

    def decide_comment(self, signature: Signature, shown: bool | None, *, now: datetime) -> Signature:  # noqa: FBT001
        """Notes whether the comment, as it is in `signature`, may be public; None takes that back."""
        sets = {"changed_at": stamp(now)} if shown is None else {"comment_shown": shown, "changed_at": stamp(now)}
        expression = f"{set_clause(sets)} {remove_clause(COMMENT_MARKS) if shown is None else ''}".strip()
        key, values = item_keys.signature_key(signature.key), values_of(sets) | values_as_read(signature)
        return read(self._table.update(*key, expression, condition=is_as_read, values=values, returns="ALL_NEW"))
