"""Stores what members want to be told, what they were told, and the notices that are on their way; no addresses, no names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain.access.notices import Digest, NoticeChoice, Seen
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed, not_there_yet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table

CHOICE, DIGEST, SEEN, MAIL = "choice", "digest", "seen#", "mail#"
KEPT = timedelta(days=7)
MAX_TOLD = 40
is_unsent = "attribute_exists(#pk) AND attribute_not_exists(#sent_at)"


@dataclass(frozen=True, slots=True)
class Known:
    """All about one member: the choice, the day of the last digest, and what was seen, by campaign."""

    choice: NoticeChoice = field(default_factory=NoticeChoice)
    digested_on: date | None = None
    seen: Mapping[str, Seen] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notices:
    """The notices in the Registry table, a partition for each member."""

    table: Table

    def find(self, member: str) -> Known:
        """All about a member: one query."""
        items = {item["sk"]: item for item in self.table.query(item_keys.notices_of(member), consistent=True)}
        seen = {sk[len(SEEN) :]: _seen(item) for sk, item in items.items() if sk.startswith(SEEN)}
        digested_on = items.get(DIGEST, {}).get("day")
        return Known(_choice(items.get(CHOICE)), date.fromisoformat(digested_on) if digested_on else None, seen)

    def choice(self, member: str) -> NoticeChoice:
        """What a member wants to be told."""
        return _choice(self.table.get(item_keys.notices_of(member), CHOICE))

    def choose(self, member: str, choice: NoticeChoice) -> None:
        """Saves what a member wants to be told."""
        item = {"pk": item_keys.notices_of(member), "sk": CHOICE}
        self.table.put({**item, "digest": str(choice.digest), "at_once": choice.at_once})

    def see(self, member: str, campaign: str, seen: Seen) -> None:
        """Saves what a member knows of a campaign."""
        item = {"pk": item_keys.notices_of(member), "sk": f"{SEEN}{campaign}", "told": list(seen.told[-MAX_TOLD:])}
        self.table.put({**item, "total": seen.total, "bounced": seen.bounced})

    def note_digest(self, member: str, day: date) -> None:
        """Saves the day of a member's last digest."""
        self.table.put({"pk": item_keys.notices_of(member), "sk": DIGEST, "day": day.isoformat()})

    def forget(self, member: str) -> None:
        """Removes everything about a member, who is one no more."""
        for item in list(self.table.query(item_keys.notices_of(member), consistent=True)):
            self.table.delete(item["pk"], item["sk"])

    def add_mail(self, member: str, mail: str, content: dict[str, Any], *, now: datetime) -> None:
        """Stores what an email is to say, unless it is there."""
        item = {"pk": item_keys.notices_of(member), "sk": f"{MAIL}{mail}", "content": content}
        try:
            self.table.put({**item, "expires_at": int((now + KEPT).timestamp())}, condition=not_there_yet)
        except ConditionFailed:
            return

    def claim_mail(self, member: str, mail: str, *, now: datetime) -> dict[str, Any] | None:
        """What an email is to say; None if there is none, or somebody sends or has sent it."""
        try:
            found = self.table.update(
                item_keys.notices_of(member),
                f"{MAIL}{mail}",
                "SET #sent_at = :now",
                condition=is_unsent,
                values={":now": int(now.timestamp())},
                returns="ALL_NEW",
            )
        except ConditionFailed:
            return None
        content: dict[str, Any] = found["content"]
        return content

    def release_mail(self, member: str, mail: str) -> None:
        """Lets an email that was not accepted be sent again."""
        self.table.update(
            item_keys.notices_of(member),
            f"{MAIL}{mail}",
            "REMOVE #sent_at",
            condition="attribute_exists(#pk)",
            values={},
        )


def _choice(item: Attributes | None) -> NoticeChoice:
    return NoticeChoice(Digest(item["digest"]), at_once=item["at_once"]) if item else NoticeChoice()


def _seen(item: Attributes) -> Seen:
    return Seen(tuple(item["told"]), item["total"], item["bounced"])
