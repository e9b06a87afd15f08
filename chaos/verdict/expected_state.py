"""What must be stored in the end, derived only from the answers that signers got."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.email_addresses import normalised
from chaos.plan import LETTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from chaos.plan import Person
    from chaos.signers.request_ledger import Action, Form

NOTHING, PENDING, CONFIRMED, WITHDRAWN = "", "pending", "confirmed", "withdrawn"


@dataclass(frozen=True, slots=True)
class Expected:
    """The expected state, and the forms of which exactly one must be stored."""

    state: str = NOTHING
    forms: tuple[Form, ...] = ()

    def after(self, action: Action, person: Person) -> Expected:
        """What is expected once `action` has succeeded."""
        match action.kind:
            case "leave":  # the signature stands
                return self
            case "confirm":
                return Expected(CONFIRMED, self.forms)
            case "correct":  # the address stays: it was confirmed
                return Expected(self.state, action.forms)
            case "withdraw" | "erase":
                return Expected(WITHDRAWN if self.state else NOTHING)
        if self.state == CONFIRMED:  # a form never changes a confirmed signature
            return self
        return Expected(CONFIRMED if person.campaign == LETTER else PENDING, action.forms)

    def holds(self, row: Mapping[str, Any]) -> bool:
        """True when `row` has the state, and all its values come from one form."""
        if row["state"] != self.state:
            return False
        if self.state == WITHDRAWN:
            return True
        return any(_is_of(row, form) for form in self.forms)


def expected(person: Person, actions: Iterable[Action]) -> Expected:
    """What must be stored after all of a person's actions."""
    state = Expected()
    for action in actions:
        state = state.after(action, person)
    return state


def _is_of(row: Mapping[str, Any], form: Form) -> bool:
    stored = (row.get("family_name"), row.get("country"), normalised(str(row.get("email"))))
    return stored == (form.family_name, form.country, normalised(form.spelling))
