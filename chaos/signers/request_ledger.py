"""What signers requested and how they were answered, as seen by the signers; it knows nothing of the tables."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chaos.plan import ActionKind, Person

# Headers that may differ between equal answers: time, request id, and the length that varies with the count.
PASSING_HEADERS = frozenset({"date", "x-amzn-requestid", "content-length"})


@dataclass(frozen=True, slots=True)
class Reply:
    """One response of the API."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    @property
    def lasting_headers(self) -> tuple[tuple[str, str], ...]:
        """The headers that equal answers share, sorted by name."""
        return tuple(sorted((n.lower(), value) for n, value in self.headers if n.lower() not in PASSING_HEADERS))


@dataclass(frozen=True, slots=True)
class Form:
    """The values of one form: `spelling` is the address as typed, `family_name` is unique."""

    spelling: str
    family_name: str
    country: str


@dataclass(slots=True)
class Action:
    """One successful action of one person. `forms` are the forms sent, several in a burst."""

    kind: ActionKind
    forms: tuple[Form, ...] = ()
    at: float = 0.0  # when it had succeeded, by `time.monotonic`


@dataclass(frozen=True, slots=True)
class BegunUpdate:
    """An update that an organiser sent, and when they first asked for it, by `time.monotonic`."""

    campaign: str
    id: str
    at: float


@dataclass(slots=True)
class Ledger:
    """All actions in order, by person, every answer to a form, as `(is_first, form, reply)`, and the updates that were begun."""

    actions: dict[int, list[Action]] = field(default_factory=dict)
    replies: list[tuple[bool, str, Reply]] = field(default_factory=list)
    posts: dict[int, int] = field(default_factory=dict)
    updates: list[BegunUpdate] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    requests: int = 0
    unanswered: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add_form(self, person: Person, form: Form, reply: Reply | None) -> None:
        """Record a form; `reply` is None when the connection was dropped. Answers may depend on the email provider."""
        with self._lock:
            is_first = not self.posts.get(person.number)
            self.posts[person.number] = self.posts.get(person.number, 0) + 1
            if reply is not None:
                to_what = f"{person.campaign} with an address at {form.spelling.rpartition('@')[2].lower()}"
                self.replies.append((is_first, to_what, reply))

    def add_request(self, what: str, reply: Reply | None, expected: frozenset[int]) -> None:
        """Record any request; an unexpected status is noted."""
        with self._lock:
            self.requests += 1
            self.unanswered += reply is None
            if reply is not None and reply.status not in expected:
                self.unexpected.append(f"{what} was answered {reply.status}")

    def add_action(self, person: Person, action: Action) -> None:
        """Record a successful action."""
        with self._lock:
            action.at = time.monotonic()
            self.actions.setdefault(person.number, []).append(action)
