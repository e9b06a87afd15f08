"""A deployment as a WSGI application, so that HTTP clients can call it without a socket."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from local.http.server import Request

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from tests.kit.world import World


def wsgi(world: World) -> WSGIApplication:
    """The gateway of `world` (PEP 3333)."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = world.gateway.handle(_request(environ, world.client))
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", answer.headers)
        return [answer.body]

    return application


def _request(environ: WSGIEnvironment, client: str) -> Request:
    names = [name for name in environ if name.startswith("HTTP_")]
    headers = [(name.removeprefix("HTTP_").replace("_", "-").title(), environ[name]) for name in names]
    headers += [("Content-Type", environ["CONTENT_TYPE"])] if environ.get("CONTENT_TYPE") else []
    path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/:@!$&'()*+,;=~")
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return Request(environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", ""), headers, body, client)
