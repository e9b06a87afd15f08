"""Every version of a campaign's statement, so that one can say years later which words a person signed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import NotFound
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.dynamodb import item_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from chalicelib.storage.dynamodb.table import Attributes, Table


@dataclass(frozen=True, slots=True)
class StatementVersion:
    """One version: `texts` by language and `targets`, as they were written."""

    version: int
    saved_at: str
    texts: Mapping[str, Any]
    targets: list[Any]


def statement_item(campaign: str, document: Mapping[str, Any], now: datetime) -> Attributes:
    """The statement of a document as an item of the Registry, to be put beside the campaign."""
    pk, sk = item_keys.statement_key(campaign, document["text_version"])
    words = {
        language: {name: text[name] for name in ("title", "summary", "body")}
        for language, text in document["texts"].items()
    }
    statement = json.dumps({"texts": words, "targets": document["targets"]}, ensure_ascii=False)
    return {"pk": pk, "sk": sk, "version": document["text_version"], "created_at": stamp(now), "document": statement}


@dataclass(frozen=True, slots=True)
class StatementVersions:
    """The statements in the Registry table, apart from the campaign: signing never reads them."""

    table: Table

    def list(self, campaign: str) -> Iterator[StatementVersion]:
        """Every version, oldest first."""
        yield from map(_read, self.table.query(item_keys.statement_key(campaign, 0)[0], consistent=True))

    def get(self, campaign: str, version: int) -> StatementVersion:
        """One version. Raises NotFound."""
        item = self.table.get(*item_keys.statement_key(campaign, version))
        if item is None:
            raise NotFound
        return _read(item)

    def delete(self, campaign: str) -> None:
        """Removes every version, with the campaign that nobody signed."""
        for item in list(self.table.query(item_keys.statement_key(campaign, 0)[0], consistent=True)):
            self.table.delete(item["pk"], item["sk"])


def _read(item: Attributes) -> StatementVersion:
    return StatementVersion(item["version"], item["created_at"], **json.loads(item["document"]))
