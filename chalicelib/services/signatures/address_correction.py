"""Offers to correct a mistyped email domain, and takes back the mistyped signature once the corrected one is stored.

Only what the same form wrote just before can be taken back: nothing that had been there, and nothing a click confirmed.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.domain_typos import meant_domain, with_domain
from chalicelib.domain.addresses.email_addresses import canonical, clean_email, signature_id, valid_email
from chalicelib.domain.addresses.keyed_hashes import keyed_hash
from chalicelib.domain.signatures.withdrawers import Withdrawer
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.signature import Signature, SignatureKey
    from chalicelib.storage.signatures.signatures import Signatures

MISTYPED_FIELD, PROOF_FIELD = "_instead_of", "_proof"
MAX_AGE = timedelta(hours=1)
PROOF_LENGTH = 16
EPOCH = datetime.fromtimestamp(0, UTC)
MAX_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Correction:
    """What takes back a signature with the `typed` address: `prove` makes the proof, once a page or an answer has room for it.

    `domain` is the one that was probably meant, and `address` the address with it; both empty if it looks right.
    """

    domain: str
    typed: str
    address: str
    prove: Callable[[], str]


def correction_of(pepper: bytes, signature: Signature, now: datetime) -> Correction:
    """What to offer to whoever sent `signature` at `now`; it depends on what was typed alone."""
    domain = meant_domain(signature.email)

    def prove() -> str:
        moment = format(_microseconds(now), "x")
        return f"{moment}.{_mac(pepper, signature.key, moment)}"

    return Correction(domain, signature.email, with_domain(signature.email, domain) if domain else "", prove)


def take_back(
    signatures: Signatures, pepper: bytes, campaign: Campaign, form_values: Mapping[str, object], signed: Signature
) -> None:
    """Withdraws the signature that a corrected form names, if it is still what that form wrote. Two calls at most.

    Never the one that was just `signed`, however its address is spelled now.
    """
    now = signed.signed_at
    key = _named(pepper, campaign, form_values.get(MISTYPED_FIELD))
    proof = form_values.get(PROOF_FIELD)
    if key is None or key == signed.key or not isinstance(proof, str):
        return
    made_at = _moment(pepper, key, proof)
    if made_at is None or not now - MAX_AGE <= made_at <= now:
        return
    found = signatures.find(key)
    if found is None or not (found.signed_at == found.marks.asked_at == made_at):
        return
    if not (found.is_pending or (found.is_confirmed and not campaign.is_double)):
        return
    try:
        signatures.withdraw(found, Withdrawer.SIGNER, now=now)
    except ConditionFailed:  # it has changed in this very moment, so somebody else has a say in it
        return


def _named(pepper: bytes, campaign: Campaign, typed: object) -> SignatureKey | None:
    if not isinstance(typed, str) or len(typed) > MAX_LENGTH:
        return None
    email = valid_email(clean_email(typed))
    if not email:
        return None
    return campaign.signature_key(signature_id(pepper, campaign.id, canonical(email)))


def _moment(pepper: bytes, key: SignatureKey, proof: str) -> datetime | None:
    moment, _, mac = proof.partition(".")
    if not (proof.isascii() and hmac.compare_digest(mac, _mac(pepper, key, moment))):
        return None
    return EPOCH + timedelta(microseconds=int(moment, 16))


def _mac(pepper: bytes, key: SignatureKey, moment: str) -> str:
    return keyed_hash(pepper, f"correction\n{key.campaign}\n{key.id}\n{moment}", length=PROOF_LENGTH)


def _microseconds(now: datetime) -> int:
    return (now - EPOCH) // timedelta(microseconds=1)
