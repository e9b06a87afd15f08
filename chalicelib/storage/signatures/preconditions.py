"""Write conditions that a signature has not changed since it was read, and the values they compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.signatures.signature import SignatureState
from chalicelib.domain.timestamps import stamp
from chalicelib.storage.signatures.signature_items import COMMENT_MARKS, HIDING_ATTRIBUTES, MARKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.domain.signatures.signature import Signature

is_as_read = "#state = :state AND #signed_at = :signed_at AND #fingerprint = :fingerprint_then"
# The same, and still held for the reason that was judged; needs the value `:reason`.
is_still_held = f"{is_as_read} AND #held = :reason"
STATES = {f":{state}": str(state) for state in SignatureState}


def values_as_read(signature: Signature) -> dict[str, str]:
    """The values of `is_as_read`."""
    return {
        ":state": str(signature.state),
        ":signed_at": stamp(signature.signed_at),
        ":fingerprint_then": signature.fingerprint,
    }


def states(*wanted: str) -> dict[str, str]:
    """States as condition values, each under its own name."""
    return {f":{state}": STATES[f":{state}"] for state in wanted}


def as_found(signature: Signature) -> tuple[str, dict[str, str]]:
    """The same condition for a write that sets those attributes itself, with its values; a withdrawn one has no fingerprint."""
    values = {":state_then": str(signature.state), ":signed_then": stamp(signature.signed_at)}
    condition = "#state = :state_then AND #signed_at = :signed_then"
    if not signature.fingerprint:
        return f"{condition} AND attribute_not_exists(#fingerprint)", values
    return f"{condition} AND #fingerprint = :print_then", values | {":print_then": signature.fingerprint}


def has_marks_of(item: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The condition that no email went out in the meantime, and that no organiser decided about what is public, with its values."""
    return _has_same(item, (*MARKS, *HIDING_ATTRIBUTES, *COMMENT_MARKS))


def is_hidden_as_in(item: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The condition that no organiser decided about its name in the meantime, with its values."""
    return _has_same(item, HIDING_ATTRIBUTES)


def _has_same(item: Mapping[str, Any], names: Sequence[str]) -> tuple[str, dict[str, Any]]:
    present = [name for name in names if name in item]
    terms = [f"#{name} = :then_{name}" for name in present]
    terms += [f"attribute_not_exists(#{name})" for name in names if name not in item]
    return " AND ".join(terms), {f":then_{name}": item[name] for name in present}
