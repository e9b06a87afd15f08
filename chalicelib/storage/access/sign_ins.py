"""Stores the newest sign-in email to each address, as keyed hashes, and how often a code was tried for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain.access.sign_in import SignIn
from chalicelib.domain.timestamps import read_stamp, stamp
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table

is_another_email = "attribute_not_exists(#request) OR #request <> :request"
# Tries for an address that nobody has are kept as long as those for one that somebody has.
TRIES_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SignIns:
    """The sign-ins in the Registry table."""

    table: Table

    def begin(self, address_hash: str, sign_in: SignIn, *, request: str) -> bool:
        """Writes what the email contains that is about to be sent; earlier ones to the address open nothing from now on.

        False when the email that `request` asked for was sent before. `valid_until` must be given.
        """
        assert sign_in.valid_until is not None  # noqa: S101 - the contract
        pk, sk = item_keys.sign_in_key(address_hash)
        item: dict[str, Any] = {
            "pk": pk,
            "sk": sk,
            "member": sign_in.member,
            "token_hash": sign_in.token_hash,
            "code_hash": sign_in.code_hash,
            "valid_until": stamp(sign_in.valid_until),
            "tries": 0,
            "request": request,
            "expires_at": int((sign_in.valid_until + TRIES_KEPT).timestamp()),
        }
        try:
            self.table.put(item, condition=is_another_email, values={":request": request})
        except ConditionFailed:
            return False
        return True

    def forget_request(self, address_hash: str, request: str) -> None:
        """Lets the email that `request` asked for be sent again, because it was not accepted."""
        try:
            self.table.update(
                *item_keys.sign_in_key(address_hash),
                "SET #request = :none",
                condition="#request = :request",
                values={":none": "", ":request": request},
            )
        except ConditionFailed:
            return

    def find(self, address_hash: str) -> SignIn:
        """What is stored, by a strongly consistent read; an empty one if there is nothing."""
        return _read(self.table.get(*item_keys.sign_in_key(address_hash)) or {})

    def count_try(self, address_hash: str, *, now: datetime) -> SignIn:
        """Counts a try and returns what is stored with it. One write, whether or not there is such a member or email."""
        item = self.table.update(
            *item_keys.sign_in_key(address_hash),
            "SET #expires_at = if_not_exists(#expires_at, :until) ADD #tries :one",
            values={":one": 1, ":until": int((now + TRIES_KEPT).timestamp())},
            returns="ALL_NEW",
        )
        return _read(item)


def _read(item: Attributes) -> SignIn:
    return SignIn(
        member=item.get("member", ""),
        token_hash=item.get("token_hash", ""),
        code_hash=item.get("code_hash", ""),
        valid_until=read_stamp(item.get("valid_until")),
        tries=item.get("tries", 0),
    )
