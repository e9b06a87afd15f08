"""One run of a command: the terminal, and the API when it is first needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from undersigned_client.api import account
from undersigned_client.api.admin_api import Api

if TYPE_CHECKING:
    from undersigned_client.terminal import Terminal


@dataclass
class Session:
    """What a command works with. Using `api` raises NotSignedIn when there is no account."""

    terminal: Terminal
    backoff_seconds: float = 0.5

    @cached_property
    def api(self) -> Api:
        """The API of the account in the environment, or of the last `login`."""
        return Api(account.load(), backoff_seconds=self.backoff_seconds)
