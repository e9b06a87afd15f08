"""Calls the admin API: JSON in and out, refusals as `Refused`, retries for busy servers and lost connections.

It follows no redirect: the key goes to the address it was created for and nowhere else.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import certifi
import urllib3
from urllib3.util import Timeout

from undersigned_client import __version__
from undersigned_client.api.retries import NOT_DONE, retries
from undersigned_client.errors import Misused, OutOfReach, Refused
from undersigned_client.language.messages import accept_language, translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3 import BaseHTTPResponse

    from undersigned_client.api.account import Account

USER_AGENT = f"undersigned/{__version__}"
# What was typed may be bytes that are not valid text; refusing it is up to the API.
BYTES_AS_TYPED = "surrogateescape"


class Answer(dict[str, Any]):
    """A JSON object of the API. A missing key means that something else answered, so it raises OutOfReach."""

    is_repeat = False  # an earlier answer to the same request was lost; the work may have been done then

    def __missing__(self, name: str) -> Any:
        """Raises OutOfReach."""
        raise OutOfReach(
            translate(
                "The API's answer lacks “{name}”. Is the address right, and the API recent enough?",
                name=name,
            )
        )


class Api:
    """One API with one key."""

    def __init__(self, account: Account, *, backoff_seconds: float = 0.5) -> None:
        self._account = account
        self._backoff_seconds = backoff_seconds
        self._pool = urllib3.PoolManager(ca_certs=certifi.where(), timeout=Timeout(connect=10, read=60))

    @property
    def url(self) -> str:
        """The API's address."""
        return self._account.url

    def get(self, path: str, **query: object) -> Any:
        """The JSON at `path`. Raises Refused, OutOfReach."""
        return self._read(self._call("GET", path, query=query, repeatable=True))

    def get_csv(self, path: str, **query: object) -> str:
        """The CSV at `path`, unchanged. Raises Refused, OutOfReach."""
        answer = self._call("GET", path, query={**query, "format": "csv"}, repeatable=True)
        self._raise_for(answer)
        if not answer.headers.get("Content-Type", "").startswith("text/csv"):
            raise OutOfReach(translate("This API does not answer in CSV here. Leave out --csv, or use --json."))
        return answer.data.decode()

    def post(self, path: str, body: object, *, repeatable: bool = False) -> Any:
        """Sends `body`; `repeatable` when sending it twice does no harm. Raises Refused, OutOfReach."""
        return self._read(self._call("POST", path, body, repeatable=repeatable))

    def put(self, path: str, body: object, *, version: int | None) -> Any:
        """Replaces `version`; None creates it, or replaces what has no versions. Raises Refused, OutOfReach."""
        return self._read(self._call("PUT", path, body, headers=_if_match(version)))

    def patch(self, path: str, body: object, *, version: int) -> Any:
        """Changes part of `version`. Raises Refused, OutOfReach."""
        return self._read(self._call("PATCH", path, body, headers=_if_match(version)))

    def change(self, path: str, body: object) -> Any:
        """Changes part of what has no versions. Raises Refused, OutOfReach."""
        return self._read(self._call("PATCH", path, body))

    def delete(self, path: str) -> None:
        """Deletes what is at `path`. Raises Refused, OutOfReach."""
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
        parameters = {name: value for name, value in (query or {}).items() if value is not None}
        all_headers = {
            "Accept": "application/json",
            "Accept-Language": accept_language(),
            **({"Authorization": f"Bearer {self._account.key}"} if self._account.key else {}),
            "User-Agent": USER_AGENT,
            **({"Content-Type": "application/json"} if body is not None else {}),
            **(headers or {}),
        }
        policy = retries(repeatable=repeatable, backoff_seconds=self._backoff_seconds)
        url = f"{self.url}{path}" + (f"?{urlencode(parameters, errors=BYTES_AS_TYPED)}" if parameters else "")
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode(errors=BYTES_AS_TYPED)
        try:
            return self._pool.request(method, url, body=data, headers=all_headers, retries=policy, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise OutOfReach(_unreachable(self.url, repeatable=repeatable)) from error

    def _read(self, answer: BaseHTTPResponse) -> Any:
        self._raise_for(answer)
        content = self._parse(answer)
        earlier = answer.retries.history if answer.retries else ()
        content.is_repeat = any(one.status not in NOT_DONE for one in earlier)
        return content

    def _parse(self, answer: BaseHTTPResponse) -> Answer:
        """The JSON object in `answer`: the API answers with nothing else. Raises OutOfReach."""
        try:
            content = json.loads(answer.data, object_hook=Answer)
        except (ValueError, RecursionError) as error:
            raise self._not_undersigned() from error
        if not isinstance(content, Answer):
            raise self._not_undersigned()
        return content

    def _raise_for(self, answer: BaseHTTPResponse) -> None:
        if answer.status < 300:  # noqa: PLR2004 - HTTP
            return
        if "problem+json" not in answer.headers.get("Content-Type", ""):
            raise self._not_undersigned()
        raise Refused(answer.status, self._parse(answer))

    def _not_undersigned(self) -> OutOfReach:
        return OutOfReach(
            translate("Something that is not Undersigned answered at {url}. Is the address right?", url=self.url)
        )


def _if_match(version: int | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{version}"'}


def _unreachable(url: str, *, repeatable: bool) -> str:
    if repeatable:
        return translate("{url} could not be reached. Check the connection and try again.", url=url)
    return translate(
        "The connection to {url} was lost. It may or may not have been done: check before you repeat it.",
        url=url,
    )


def path_of(campaign: str, *rest: str) -> str:
    """`/admin/campaigns/{campaign}/…`, each part quoted. Raises Misused for one that would lead elsewhere."""
    return _path("campaigns", campaign, *rest)


def path_of_member(member: str) -> str:
    """`/admin/members/{member}`, quoted. Raises Misused for one that would lead elsewhere."""
    return _path("members", member)


def _path(*parts: str) -> str:
    for part in parts:
        if part in {"", ".", ".."}:
            raise Misused(translate("“{part}” is not an id.", part=part))
    return "/".join(["/admin", *(quote(part, safe="", errors=BYTES_AS_TYPED) for part in parts)])
