"""Where the signature of an address is: under the id of its canonical address, or under that of the first rules if it is there already.

Nothing new is stored under an id of the first rules. So one that is absent there stays absent, and the write that follows
needs no other condition than its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.addresses.email_addresses import canonical_addresses, signature_id
from chalicelib.domain.signatures.signature import SignatureKey
from chalicelib.domain.signatures.signed_as_test import name_for_tests

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.storage.campaigns.campaign_summary import CampaignSummary
    from chalicelib.storage.signatures.signatures import Signatures


def signature_keys(pepper: bytes, campaign: Campaign | CampaignSummary, email: str) -> list[SignatureKey]:
    """Returns every key under which a signature of `email` may be: the one for new signatures first, most often the only one."""
    return [
        campaign.signature_key(signature_id(pepper, campaign.id, address)) for address in canonical_addresses(email)
    ]


def key_of_test(key: SignatureKey) -> SignatureKey:
    """Returns where the same address signs the same campaign as a test."""
    return SignatureKey(name_for_tests(key.campaign), 0, key.id)


def key_to_sign_under(
    signatures: Signatures, pepper: bytes, campaign: Campaign, email: str, now: datetime
) -> SignatureKey:
    """Returns the key under which `email` signs: one read where the first rules had another id for it, else none."""
    key, *earlier = signature_keys(pepper, campaign, email)
    stored = filter(None, map(signatures.find, earlier))
    return next((one.key for one in stored if not one.is_expired(now)), key)
