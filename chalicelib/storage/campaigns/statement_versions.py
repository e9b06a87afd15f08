"""Stores every version of a campaign's statement, so that years later one can still tell what a person signed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.campaigns.statements import StatementVersion, statement_texts
from chalicelib.domain.errors import NotFound
from chalicelib.storage.dynamodb import item_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table


def statement_item(campaign: str, statement: StatementVersion) -> Attributes:
    """A version as an item of the Registry, to be written in one transaction with its campaign."""
    pk, sk = item_keys.statement_key(campaign, statement.version)
    written = json.dumps({"texts": statement.texts, "targets": statement.targets}, ensure_ascii=False)
    return {"pk": pk, "sk": sk, "version": statement.version, "created_at": statement.saved_at, "document": written}


@dataclass(frozen=True, slots=True)
class StatementVersions:
    """The statements in the Registry table, apart from the campaign: signing never reads them."""

    table: Table

    def list(self, campaign: str) -> Iterator[StatementVersion]:
        """Every version, oldest first."""
        yield from map(_read, self.table.query(item_keys.statement_key(campaign, 0)[0], consistent=True))

    def find(self, campaign: str, version: int) -> StatementVersion | None:
        """One version, or None."""
        item = self.table.get(*item_keys.statement_key(campaign, version))
        return _read(item) if item else None

    def get(self, campaign: str, version: int) -> StatementVersion:
        """One version. Raises NotFound."""
        found = self.find(campaign, version)
        if found is None:
            raise NotFound
        return found

    def delete(self, campaign: str) -> None:
        """Deletes every version, along with a campaign that nobody has signed."""
        for item in list(self.table.query(item_keys.statement_key(campaign, 0)[0], consistent=True)):
            self.table.delete(item["pk"], item["sk"])


def _read(item: Attributes) -> StatementVersion:
    written = json.loads(item["document"])
    return StatementVersion(item["version"], item["created_at"], _texts(written), written["targets"])


def _texts(written: Mapping[str, Any]) -> Mapping[str, Any]:
    """The words by language. Earlier releases wrote them without their targets and hashes."""
    texts: Mapping[str, Any] = written["texts"]
    return texts if all("sha256" in text for text in texts.values()) else statement_texts(written)
