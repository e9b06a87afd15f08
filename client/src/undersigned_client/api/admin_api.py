"""Speaks to the admin API: JSON in and out, refusals as `Refused`, patience with busy servers and lost connections.

It follows no redirect: the key goes to the address it was made for and nowhere else.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import certifi
import urllib3
from urllib3.util import Retry, Timeout

from undersigned_client import __version__
from undersigned_client.errors import Misused, OutOfReach, Refused
from undersigned_client.language.messages import accept_language, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3 import BaseHTTPResponse

    from undersigned_client.api.account import Account

TRIES = 5
CREATED = 201
LONGEST_WAIT_SECONDS = 60
# Said before anything was done; the API promises that sending again does no harm.
NOT_YET = frozenset({429, 503})
# Of those a gateway may say the last two when the work was done: only what may be done twice is sent again.
PERHAPS = NOT_YET | {502, 504}
USER_AGENT = f"undersigned/{__version__}"
# What was typed may be bytes that are no text; it is the API's to refuse.
ODD = "surrogateescape"


class Patience(Retry):
    """Waits as long as Retry-After asks, but no longer than a minute."""

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """Seconds to wait, when the answer says so."""
        asked = super().get_retry_after(response)
        return None if asked is None else min(asked, LONGEST_WAIT_SECONDS)


def patience(*, repeatable: bool, backoff_seconds: float) -> Retry:
    """How often to try again; a connection that never stood is always tried again."""
    return Patience(
        total=TRIES,
        read=None if repeatable else 0,
        other=None if repeatable else 0,
        redirect=False,
        status_forcelist=PERHAPS if repeatable else NOT_YET,
        allowed_methods=None,
        backoff_factor=backoff_seconds,
        backoff_max=LONGEST_WAIT_SECONDS,
        backoff_jitter=backoff_seconds,
        raise_on_status=False,
    )


class Answer(dict[str, Any]):
    """An object of an answer; to ask for what it does not say is to find that something else answered."""

    is_repeat = False  # an earlier answer to the same was lost: it may have been done then

    def __missing__(self, name: str) -> Any:
        """Raises OutOfReach."""
        raise OutOfReach(
            say("The API's answer lacks “{name}”. Is the address right, and the API recent enough?", name=name)
        )


class Api:
    """One API with one key."""

    def __init__(self, account: Account, *, backoff_seconds: float = 0.5) -> None:
        self._account = account
        self._backoff_seconds = backoff_seconds
        self._pool = urllib3.PoolManager(ca_certs=certifi.where(), timeout=Timeout(connect=10, read=60))

    @property
    def url(self) -> str:
        """Where it is."""
        return self._account.url

    def get(self, path: str, **query: object) -> Any:
        """The JSON at `path`. Raises Refused, OutOfReach."""
        return self._read(self._call("GET", path, query=query, repeatable=True))

    def get_csv(self, path: str, **query: object) -> str:
        """The CSV at `path`, as it is. Raises Refused, OutOfReach."""
        answer = self._call("GET", path, query={**query, "format": "csv"}, repeatable=True)
        self._raise_for(answer)
        if not answer.headers.get("Content-Type", "").startswith("text/csv"):
            raise OutOfReach(say("This API does not answer in CSV here. Leave out --csv, or use --json."))
        return answer.data.decode()

    def post(self, path: str, body: object, *, repeatable: bool = False) -> Any:
        """Sends `body`; `repeatable` says that doing it twice is as good as once. Raises Refused, OutOfReach."""
        return self._read(self._call("POST", path, body, repeatable=repeatable))

    def enter(self, path: str, body: object) -> bool:
        """Adds `body`, which carries its own reference; False when it was there before. Raises Refused, OutOfReach."""
        answer = self._call("POST", path, body, repeatable=True)
        self._raise_for(answer)
        return answer.status == CREATED

    def put(self, path: str, body: object, *, version: int | None) -> Any:
        """Replaces what is there at `version`; None creates it, or turns what has no versions. Raises Refused, OutOfReach."""
        return self._read(self._call("PUT", path, body, headers=_if_match(version)))

    def patch(self, path: str, body: object, *, version: int) -> Any:
        """Changes some of what is there at `version`. Raises Refused, OutOfReach."""
        return self._read(self._call("PATCH", path, body, headers=_if_match(version)))

    def delete(self, path: str) -> None:
        """Removes it. Raises Refused, OutOfReach."""
        self._raise_for(self._call("DELETE", path, repeatable=True))

    def _call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, object] | None = None,
        repeatable: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> BaseHTTPResponse:
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        sent = {
            "Accept": "application/json",
            "Accept-Language": accept_language(),
            "Authorization": f"Bearer {self._account.key}",
            "User-Agent": USER_AGENT,
            **({"Content-Type": "application/json"} if body is not None else {}),
            **(headers or {}),
        }
        retries = patience(repeatable=repeatable, backoff_seconds=self._backoff_seconds)
        url = f"{self.url}{path}" + (f"?{urlencode(asked, errors=ODD)}" if asked else "")
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode(errors=ODD)
        try:
            return self._pool.request(method, url, body=data, headers=sent, retries=retries, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise OutOfReach(_unreached(self.url, repeatable=repeatable)) from error

    def _read(self, answer: BaseHTTPResponse) -> Any:
        self._raise_for(answer)
        found = self._parsed(answer)
        found.is_repeat = any(one.status not in NOT_YET for one in (answer.retries.history if answer.retries else ()))
        return found

    def _parsed(self, answer: BaseHTTPResponse) -> Answer:
        """The object in `answer`: the API answers with nothing else. Raises OutOfReach."""
        try:
            found = json.loads(answer.data, object_hook=Answer)
        except (ValueError, RecursionError) as error:
            raise self._stranger() from error
        if not isinstance(found, Answer):
            raise self._stranger()
        return found

    def _raise_for(self, answer: BaseHTTPResponse) -> None:
        if answer.status < 300:  # noqa: PLR2004 - HTTP
            return
        if "problem+json" not in answer.headers.get("Content-Type", ""):
            raise self._stranger()
        raise Refused(answer.status, self._parsed(answer))

    def _stranger(self) -> OutOfReach:
        return OutOfReach(
            say("Something that is not Undersigned answered at {url}. Is the address right?", url=self.url)
        )


def _if_match(version: int | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{version}"'}


def _unreached(url: str, *, repeatable: bool) -> str:
    if repeatable:
        return say("{url} could not be reached. Check the connection and try again.", url=url)
    return say(
        "The connection to {url} was lost. It may or may not have been done: check before you repeat it.", url=url
    )


def path_of(campaign: str, *rest: str) -> str:
    """`/admin/campaigns/{campaign}/…`, each part safe in a path. Raises Misused for one that would lead elsewhere."""
    parts = (campaign, *rest)
    for part in parts:
        if part in {"", ".", ".."}:
            raise Misused(say("“{part}” is not an id.", part=part))
    return "/".join(["/admin/campaigns", *(quote(part, safe="", errors=ODD) for part in parts)])
