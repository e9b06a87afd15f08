"""The names of those who act: members, removed ones included, and API keys, revoked ones included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.access.api_keys import is_key_id
from chalicelib.domain.access.members import is_member_id
from chalicelib.storage.dynamodb import item_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.storage.dynamodb.table import Table


@dataclass(frozen=True, slots=True)
class Actors:
    """The names in the Registry table."""

    table: Table

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Names by id; an id that is neither a member's nor a key's is left out. One call per hundred."""
        keys = [
            item_keys.member_key(one) if is_member_id(one) else item_keys.api_key_key(one)
            for one in sorted(set(ids))
            if is_key_id(one)
        ]
        return {item["pk"].partition("#")[2]: item["name"] for item in self.table.get_many(keys) if "name" in item}
