"""What signers asked for and what they were told, kept by the signers' side alone; it knows nothing of the tables."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chaos.plan import Act, Person

# What may differ between two equal answers: when, which request, and how long the count is in digits.
PASSING_HEADERS = frozenset({"date", "x-amzn-requestid", "content-length"})


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the API."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    @property
    def lasting_headers(self) -> tuple[tuple[str, str], ...]:
        """The headers that equal answers share, in order of their names."""
        return tuple(sorted((n.lower(), value) for n, value in self.headers if n.lower() not in PASSING_HEADERS))


@dataclass(frozen=True, slots=True)
class Form:
    """What one form said: `spelling` is the address as typed, `family_name` is like no other form's."""

    spelling: str
    family_name: str
    country: str


@dataclass(slots=True)
class Deed:
    """One act of one person that was answered with success. `forms` is what was typed: several in a burst."""

    act: Act
    forms: tuple[Form, ...] = ()


@dataclass(slots=True)
class Ledger:
    """All deeds in their order by person, and every answer to a form, as `(is_first, to what, reply)`."""

    deeds: dict[int, list[Deed]] = field(default_factory=dict)
    replies: list[tuple[bool, str, Reply]] = field(default_factory=list)
    posts: dict[int, int] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    requests: int = 0
    unanswered: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def posted(self, person: Person, form: Form, reply: Reply | None) -> None:
        """A form was sent; `reply` is None when the line went dead. An answer may name the mailbox provider typed."""
        with self._lock:
            is_first = not self.posts.get(person.number)
            self.posts[person.number] = self.posts.get(person.number, 0) + 1
            if reply is not None:
                to_what = f"{person.campaign} with an address at {form.spelling.rpartition('@')[2].lower()}"
                self.replies.append((is_first, to_what, reply))

    def asked(self, what: str, reply: Reply | None, expected: frozenset[int]) -> None:
        """Any request: what was not expected is remembered."""
        with self._lock:
            self.requests += 1
            self.unanswered += reply is None
            if reply is not None and reply.status not in expected:
                self.odd.append(f"{what} was answered {reply.status}")

    def did(self, person: Person, deed: Deed) -> None:
        """An act was answered with success."""
        with self._lock:
            self.deeds.setdefault(person.number, []).append(deed)
