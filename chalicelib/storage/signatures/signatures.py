"""Stores signatures. A form never changes a confirmed one; a withdrawn one keeps nothing about the person.

Marks about their emails are in `mail_marks`.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib import log
from chalicelib.domain.signatures.signature import PENDING_DAYS, Signature, SignatureState
from chalicelib.domain.signatures.signed_as_test import KEPT, is_for_tests
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.expressions import remove_clause, set_clause, values_of
from chalicelib.storage.dynamodb.table import ConditionFailed
from chalicelib.storage.signatures.anonymiser import Anonymiser
from chalicelib.storage.signatures.clicks import labels_condition, labels_of
from chalicelib.storage.signatures.honeypot_signatures import HoneypotSignatures
from chalicelib.storage.signatures.kept_signatures import KeptSignatures
from chalicelib.storage.signatures.moderated_signatures import ModeratedSignatures
from chalicelib.storage.signatures.paper_signature_items import PaperSignatureItems
from chalicelib.storage.signatures.preconditions import is_as_read, is_still_held, states, values_as_read
from chalicelib.storage.signatures.signature_items import (
    COMMENT_MARKS,
    FORM_ATTRIBUTES,
    HOLD_MARKS,
    LASTING_ATTRIBUTES,
    ORIGIN_ATTRIBUTES,
    PAPER_ATTRIBUTES,
    WORDS_ATTRIBUTES,
    form_attributes,
    read,
    readable,
    signing_expression,
    stub,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from chalicelib.domain.signatures.signature import SignatureKey
    from chalicelib.domain.signatures.withdrawers import Withdrawer
    from chalicelib.storage.dynamodb.bucket_scan import BucketScan
    from chalicelib.storage.dynamodb.table import Table
    from chalicelib.storage.signatures.clicks import Click

is_replaceable = "attribute_not_exists(#state) OR #state = :withdrawn OR (#state = :pending AND #expires_at > :epoch)"
is_as_mailed = "#state = :pending AND #expires_at > :epoch AND #fingerprint = :then"
is_of_first_round, is_of_round = "attribute_not_exists(#round)", "#round = :round"


@dataclass(frozen=True, slots=True)
class SigningResult:
    """What the write did: `earlier` is what was stored before, if anything; `is_written` is False if that was kept."""

    earlier: Signature | None
    is_written: bool


class Signatures:
    """The Signatures table. Each method is one call to DynamoDB unless it says otherwise."""

    def __init__(self, table: Table, bucket_scan: Callable[[], BucketScan]) -> None:
        self._table = table
        self._bucket_scan = bucket_scan

    def sign(self, signature: Signature, *, now: datetime) -> SigningResult:
        """Adds `signature`, or replaces the form values of a pending or withdrawn one; a confirmed one stays as it is.

        One write. `signed_at` and the mail marks of an earlier one stay, but whether it is held is decided again. A
        pending one past its expiry is not replaced: see `renew`.
        """
        pk, sk = item_keys.signature_key(signature.key)
        sets = self._form_and_state(signature, now)
        expression = signing_expression(tuple(sets))
        values = values_of(sets)
        values |= {**states("pending", "withdrawn"), ":epoch": int(now.timestamp())}
        try:
            before = self._table.update(pk, sk, expression, condition=is_replaceable, values=values, returns="ALL_OLD")
        except ConditionFailed as refusal:
            return SigningResult(read(refusal.found) if refusal.found else None, is_written=False)
        return SigningResult(read(before) if "state" in before else None, is_written=True)

    def renew(self, signature: Signature, expired: Signature, *, now: datetime) -> None:
        """Replaces one that has expired but is not deleted yet. Raises ConditionFailed if it has changed."""
        pk, sk = item_keys.signature_key(signature.key)
        attributes = self._form_and_state(signature, now) | {"pk": pk, "sk": sk, "signed_at": stamp(now)}
        attributes |= {name: lasting for name in LASTING_ATTRIBUTES if (lasting := getattr(expired, name))}
        self._table.put(attributes, condition=is_as_read, values=values_as_read(expired))

    @staticmethod
    def _form_and_state(signature: Signature, now: datetime) -> dict[str, Any]:
        moment = stamp(now)
        attributes = form_attributes(signature)
        attributes |= {
            "state": str(signature.state),
            "asked_at": moment,
            "changed_at": moment,
            "request": log.request_id.get(),
        }
        if signature.is_confirmed:
            attributes |= {"confirmed_at": moment, "day": signature.day}
        if is_for_tests(signature.campaign):
            attributes["expires_at"] = int((now + KEPT).timestamp())
        elif not signature.is_confirmed:
            attributes["expires_at"] = _epoch_in(now, PENDING_DAYS)
        return attributes

    @property
    def honeypot(self) -> HoneypotSignatures:
        """Those whose form filled in the honeypot."""
        return HoneypotSignatures(self._table)

    @property
    def anonymiser(self) -> Anonymiser:
        """Removes names whose time is over."""
        return Anonymiser(self._table)

    @property
    def kept(self) -> KeptSignatures:
        """Those that an organiser withdrew together with others, while that can be undone."""
        return KeptSignatures(self._table)

    @property
    def paper(self) -> PaperSignatureItems:
        """Those given on paper."""
        return PaperSignatureItems(self._table)

    @property
    def moderated(self) -> ModeratedSignatures:
        """What organisers decide about them."""
        return ModeratedSignatures(self._table)

    def find(self, key: SignatureKey) -> Signature | None:
        """One signature by a strongly consistent read, or None."""
        item = self._table.get(*item_keys.signature_key(key))
        return read(item) if item else None

    def confirm(self, click: Click, texts: Sequence[str], text_version: int) -> Signature:
        """Confirms a pending signature, if it still has the form values that the link was sent for.

        And only if it is for one of `texts`, the hashes of the campaign's current statement, or, without a hash, for
        `text_version`. Raises ConditionFailed otherwise, and if its source or region is new and the click does not say what to
        count it under.
        """
        names = [f":text{n}" for n in range(len(texts))]
        earlier = "attribute_not_exists(#text_sha256) AND #text_version = :text_version"
        says_so = f"(#text_sha256 IN ({', '.join(names)}) OR ({earlier}))"
        values = {**dict(zip(names, texts, strict=True)), ":text_version": text_version}
        return self._confirm(click, {}, f"{is_as_mailed} AND {says_so}", values)

    def confirm_new_words(self, click: Click, text_version: int, language: str, text_sha256: str) -> Signature:
        """The same after the campaign's words have changed: the new words are what is signed."""
        sets = {"text_version": text_version, "language": language, "text_sha256": text_sha256}
        return self._confirm(click, sets, is_as_mailed, {})

    def _confirm(self, click: Click, sets: Mapping[str, Any], condition: str, values: Mapping[str, Any]) -> Signature:
        sets = {
            **sets,
            "state": str(SignatureState.CONFIRMED),
            "confirmed_at": stamp(click.now),
            "changed_at": stamp(click.now),
            "day": click.day,
            "request": log.request_id.get(),
        }
        compared = {
            ":pending": str(SignatureState.PENDING),
            ":then": click.fingerprint,
            ":epoch": int(click.now.timestamp()),
        }
        if click.round:
            compared[":round"] = click.round
        pk, sk = item_keys.signature_key(click.key)
        condition = f"{condition} AND {is_of_round if click.round else is_of_first_round}"
        condition += f" AND {labels_condition(click)}"
        labels, source_then = labels_of(click)
        ended = ("source_is_new",) if is_for_tests(click.key.campaign) else ("expires_at", "source_is_new")
        sets |= labels
        expression = f"{set_clause(sets)} {remove_clause([*ended, *HOLD_MARKS])}"
        values = {**values_of(sets), **compared, **source_then, **values}
        return read(self._table.update(pk, sk, expression, condition=condition, values=values, returns="ALL_NEW"))

    def withdraw(self, signature: Signature, by: Withdrawer, *, now: datetime, while_held: bool = False) -> Signature:
        """Keeps only key, state, times and ended consents of `signature`, for 30 days. Raises ConditionFailed if it has changed.

        With `while_held`, also if it is no longer held for the same reason. Of one given as a test nothing is kept.
        """
        left = stub(signature, by, now)
        condition, values = is_as_read, values_as_read(signature)
        if while_held:
            condition, values = is_still_held, values | {":reason": signature.marks.held}
        if is_for_tests(signature.campaign):
            self._table.delete(*item_keys.signature_key(signature.key), condition=condition, values=values)
        else:
            self._table.put(left, condition=condition, values=values)
        return read(left)

    def find_many(self, keys: Iterable[SignatureKey]) -> Iterator[Signature]:
        """The signatures that exist, by strongly consistent reads: one call per hundred."""
        yield from map(read, self._table.get_many(list(map(item_keys.signature_key, keys)), consistent=True))

    def correct(self, signature: Signature, *, was: Signature, now: datetime) -> None:
        """Replaces the form values of a signature, as the signer last saw it (`was`). Raises ConditionFailed if it has changed."""
        sets = form_attributes(signature) | {"changed_at": stamp(now)}
        if left_sponsors := was.left_by(now, staying=signature.consents):
            sets["left_sponsors"] = left_sponsors
        is_other = signature.answers.get("comment") != was.answers.get("comment")
        gone = (*FORM_ATTRIBUTES, *PAPER_ATTRIBUTES, *(COMMENT_MARKS if is_other else ()))
        removes = [name for name in gone if name not in sets]
        expression = f"{set_clause(sets)} {remove_clause(removes)}"
        key = item_keys.signature_key(signature.key)
        self._table.update(*key, expression, condition=is_as_read, values=values_of(sets) | values_as_read(was))

    def keep_first_form(self, first: Signature, repeated: Signature, *, now: datetime) -> None:
        """Puts back where the `first` form came from, and its language if the statement is the same; nothing if it has changed since."""
        names = (*ORIGIN_ATTRIBUTES, *(WORDS_ATTRIBUTES if first.text_version == repeated.text_version else ()))
        kept = form_attributes(first)
        sets = {name: value for name, value in kept.items() if name in names} | {"changed_at": stamp(now)}
        expression = f"{set_clause(sets)} {remove_clause(set(names) - kept.keys())}"
        values = values_of(sets) | values_as_read(repeated) | {":asked_then": stamp(repeated.marks.asked_at or now)}
        key, condition = item_keys.signature_key(first.key), f"{is_as_read} AND #asked_at = :asked_then"
        with contextlib.suppress(ConditionFailed):
            self._table.update(*key, expression, condition=condition, values=values)

    def scan(self, campaign: str, bucket: int) -> Iterator[Signature]:
        """Every signature of one bucket that can be read, by strongly consistent reads: one call per megabyte."""
        for stored, _ in self._bucket_scan().pages(campaign, bucket):
            yield from readable(stored, campaign, bucket)

    def has_any(self, campaign: str, buckets: int) -> bool:
        """True if anybody has ever signed, even if withdrawn; strongly consistent, up to one call per bucket."""
        partitions = (item_keys.partition(campaign, bucket) for bucket in range(buckets))
        return any(next(self._table.query(pk, consistent=True), None) for pk in partitions)


def _epoch_in(now: datetime, days: int) -> int:
    return int((now + timedelta(days=days)).timestamp())
