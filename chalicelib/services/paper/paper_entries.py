"""What entering a signature from paper does to what is stored, looked at first and then done: the same for one and for a sheet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.counting.contributions import stages_of
from chalicelib.domain.errors import AlreadySigned, InvalidFields, SignerLeft, Unavailable
from chalicelib.domain.signatures.person_fields import display_name
from chalicelib.domain.signatures.signature import SignatureState
from chalicelib.storage.dynamodb.table import ConditionFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.storage.signatures.left_signers import LeftSigners
    from chalicelib.storage.signatures.signatures import Signatures

TRIES = 3


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """A signature given on paper, and what `was` stored before; `is_new` is False when it had been entered already.

    `differing` are the fields in which the paper says something else than what stays: what a signer typed, or an earlier entry.
    """

    signature: Signature
    was: Signature | None
    is_new: bool
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperEntries:
    """Enters signatures given on paper."""

    signatures: Signatures
    left_signers: LeftSigners
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def look(self, signature: Signature, *, may_return: bool = False) -> PaperEntry:
        """What entering it would do. Raises AlreadySigned, SignerLeft unless they `may_return`, InvalidFields."""
        was = self.signatures.find(signature.key)
        if was and was.is_confirmed:
            raise AlreadySigned
        if was and was.is_external:
            _require_same_name(signature, was)
            return PaperEntry(was, was, is_new=False, differing=_differing(signature, was))
        if was and was.is_pending and not was.is_honeypot_held and not was.is_expired(self.clock()):
            merged = _filled_in(was, signature).fingerprinted(self.pepper())
            return PaperEntry(merged, was, is_new=True, differing=_differing(signature, was))
        if not may_return and self._has_left(signature, was):
            raise SignerLeft
        if was and was.is_pending and not was.is_honeypot_held:  # expired, and only DynamoDB has not deleted it yet
            signature = replace(signature, kept_stages=stages_of(was))
        return PaperEntry(signature, was, is_new=True)

    def enter(self, signature: Signature, seen: PaperEntry | None = None, *, may_return: bool = False) -> PaperEntry:
        """Enters it, as it was `seen` if nothing has changed since. Raises AlreadySigned, SignerLeft, InvalidFields, Unavailable."""
        for _ in range(TRIES):
            entry, seen = seen or self.look(signature, may_return=may_return), None
            if not entry.is_new:
                return entry
            try:
                self.signatures.paper.add(entry.signature, was=entry.was, now=self.clock())
            except ConditionFailed:  # it changed in this very moment
                continue
            return entry
        raise Unavailable

    def _has_left(self, signature: Signature, was: Signature | None) -> bool:
        """The memory outlives whatever came after it: a form that expired, a sheet that was undone."""
        return bool(was and was.has_left) or self.left_signers.has(signature.key)


def _filled_in(typed: Signature, paper: Signature) -> Signature:
    """What a signer typed and had not confirmed, as a signature on paper: the paper fills in only what is empty."""
    return replace(
        typed,
        state=SignatureState.EXTERNAL,
        answers={**paper.answers, **{name: value for name, value in typed.answers.items() if value}},
        consents=typed.consents or paper.consents,
        updates_at=typed.updates_at or paper.updates_at,
        source=typed.source or paper.source,
        kept_stages=stages_of(typed),
        sheet=paper.sheet,
        likeness=paper.likeness,
    )


def _differing(paper: Signature, kept: Signature) -> tuple[str, ...]:
    """The fields in which both say something, and not the same."""
    return tuple(name for name, value in paper.answers.items() if value and kept.answers.get(name, value) != value)


def _require_same_name(paper: Signature, entered: Signature) -> None:
    """Without an address the line of a sheet says who it is; two names on one line are two people. Raises InvalidFields."""
    earlier = display_name(entered.answers)
    if not paper.email and earlier and earlier.casefold() != display_name(paper.answers).casefold():
        raise InvalidFields.one("reference", "reference_taken", options=earlier)
