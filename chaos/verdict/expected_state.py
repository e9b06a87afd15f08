"""What must stand in the end, from what signers were told and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.email_addresses import normalised
from chaos.plan import LETTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from chaos.plan import Person
    from chaos.signers.request_ledger import Deed, Form

NOTHING, PENDING, CONFIRMED, WITHDRAWN = "", "pending", "confirmed", "withdrawn"


@dataclass(frozen=True, slots=True)
class Expected:
    """The state, and the forms of which exactly one must be what is stored."""

    state: str = NOTHING
    forms: tuple[Form, ...] = ()

    def after(self, deed: Deed, person: Person) -> Expected:
        """What is expected once `deed` was answered with success."""
        match deed.act:
            case "confirm":
                return Expected(CONFIRMED, self.forms)
            case "correct":  # the address stays, as it is what was confirmed
                return Expected(self.state, deed.forms)
            case "withdraw" | "erase":
                return Expected(WITHDRAWN if self.state else NOTHING)
        if self.state == CONFIRMED:  # a form never changes what counts
            return self
        return Expected(CONFIRMED if person.campaign == LETTER else PENDING, deed.forms)

    def holds(self, row: Mapping[str, Any]) -> bool:
        """True when `row` is in the state, and what is in it was typed in one and the same form."""
        if row["state"] != self.state:
            return False
        if self.state == WITHDRAWN:
            return True
        return any(_is_of(row, form) for form in self.forms)


def expected(person: Person, deeds: Iterable[Deed]) -> Expected:
    """What must stand after all of a person's deeds."""
    stands = Expected()
    for deed in deeds:
        stands = stands.after(deed, person)
    return stands


def _is_of(row: Mapping[str, Any], form: Form) -> bool:
    told = (row.get("family_name"), row.get("country"), normalised(str(row.get("email"))))
    return told == (form.family_name, form.country, normalised(form.spelling))
