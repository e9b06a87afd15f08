"""A signature as pages need it: what the signer may see, and nothing about how it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.signatures.person_fields import display_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from chalicelib.domain.campaigns.deliveries import Delivery
    from chalicelib.domain.campaigns.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureView:
    """One signature as its signer sees it. `fields` are the form values by name, perhaps with `email` (without its tag).

    `is_told_of_handover` says whether its form said that the name is handed over, `is_hidden` whether an organiser keeps the name from the public. `statement` is what was signed; `has_same_words` says
    whether the campaign still has those words. `counted_in` are the deliveries that it was counted in.
    """

    fields: Mapping[str, str]
    public: bool
    is_hidden: bool = False
    is_told_of_handover: bool = False
    state: str
    signed_at: datetime
    consents: Sequence[str] = ()
    updates: bool = False
    asks_for_updates: bool = False
    statement: Statement | None = None
    has_same_words: bool = True
    counted_in: Sequence[Delivery] = ()

    @property
    def name(self) -> str:
        """The name as signed: the person's, else the organization's; empty when neither was given."""
        return display_name(self.fields)
