"""Asks SES whether it would send from an address: from the address itself, its domain or a domain above, if one is verified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class SenderIdentities:
    """The identities of the account in this region (SES v2, GetEmailIdentity)."""

    client: Any

    def is_unverified(self, email: str) -> bool:
        """True when SES says that none of them is verified; False also when it does not say: nobody is to be warned for nothing."""
        for name in _names(email):
            try:
                if self.client.get_email_identity(EmailIdentity=name).get("VerifiedForSendingStatus"):
                    return False
            except ClientError as error:
                if error.response["Error"]["Code"] != "NotFoundException":
                    return False
            except BotoCoreError:
                return False
        return True


def _names(email: str) -> Iterator[str]:
    """The address, its domain, and those above it down to two labels."""
    yield email
    labels = email.rpartition("@")[2].split(".")
    yield from (".".join(labels[start:]) for start in range(max(1, len(labels) - 1)))
