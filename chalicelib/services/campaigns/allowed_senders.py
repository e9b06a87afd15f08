"""Who may let a campaign send from which address: SES would let every campaign use every identity of the account.

It does not know whether SES has verified an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.addresses.sender_patterns import matches
from chalicelib.domain.errors import CampaignUnreadable, FieldError, InvalidFields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.storage.campaigns.campaigns import Campaigns, StoredCampaign


@dataclass(frozen=True, slots=True)
class AllowedSenders:
    """`patterns` are the addresses that the deployment may send from, which its policy limits too; none means any."""

    patterns: tuple[str, ...]
    store: Campaigns

    def check(self, document: Mapping[str, Any], current: StoredCampaign | None, key: ApiKey) -> None:
        """Raises InvalidFields for a new sender that the deployment does not allow, or that only an admin may add.

        Whoever is no admin may use what the deployment's list allows and what some campaign uses already. A campaign keeps
        what it has. Replies may go anywhere that an admin says.
        """
        wanted = document["sender"]
        kept = current.document["sender"] if current else {}
        changed = [name for name in ("email", "reply_to") if wanted[name] and wanted[name] != kept.get(name)]
        if faults := [fault for name in changed if (fault := self._fault(name, wanted[name], key))]:
            raise InvalidFields(tuple(faults))

    def _fault(self, name: str, address: str, key: ApiKey) -> FieldError | None:
        if matches(address, self.patterns):
            return None
        if name == "email" and self.patterns:
            return FieldError("sender.email", "sender_not_allowed")
        if key.role is Role.ADMIN or address in self._in_use():
            return None
        return FieldError(f"sender.{name}", "only_admins_add")

    def _in_use(self) -> Iterator[str]:
        """Every address of every campaign, one after the other: one call for each campaign, and only when somebody adds one."""
        for summary in self.store.list():
            try:
                sender = self.store.get(summary.id).document["sender"]
            except CampaignUnreadable:
                continue
            yield from filter(None, (sender["email"], sender["reply_to"]))
