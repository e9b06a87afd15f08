"""A signer's click, as the write that confirms needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.domain.signatures.signature import SignatureKey


may_be_counted = "attribute_not_exists(#source_is_new)"
is_from_same_source, is_from_no_source = "#source = :source_then", "attribute_not_exists(#source)"


@dataclass(frozen=True, slots=True)
class Click:
    """A click on a confirm link's button at `now`: for which signature, fingerprint and round, on which local `day`.

    `new_source`, for a signature whose source or region is new, is that source and what to count it under; `new_region` what
    to count its region under.
    """

    key: SignatureKey
    fingerprint: str
    day: str
    now: datetime
    new_source: tuple[str, str] | None = None
    new_region: str = ""
    round: int = 0


def labels_condition(click: Click) -> str:
    """That every label has a counter, or is what was admitted; a region cannot have changed under the same fingerprint."""
    if click.new_source is None:
        return may_be_counted
    return is_from_same_source if click.new_source[0] else is_from_no_source


def labels_of(click: Click) -> tuple[dict[str, str], dict[str, str]]:
    """What to set of the labels that were admitted, and the values that `labels_condition` compares."""
    then, source = click.new_source or ("", "")
    sets = {"source": source, "region_label": click.new_region}
    return {name: label for name, label in sets.items() if label}, {":source_then": then} if then else {}
