"""Requests to the REST API, as API Gateway passes them on (payload 1.0)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tools.rig.aws_events import form, from_console, multipart, on_custom_domain, rest_request
from tools.rig.cases import NO_TIME, case, told
from tools.rig.rig import FORM, JSON, a_form

if TYPE_CHECKING:
    from tools.rig.aws_events import Event
    from tools.rig.rig import Rig

PAGE = "/sign/{campaign}"
BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
URLENCODED = {**BROWSER, "Content-Type": "application/x-www-form-urlencoded"}


def _asked(rig: Rig, event: Event, **options: float) -> str:
    return told(rig.invoke("api", event, **options))


def _new(rig: Rig) -> dict[str, str]:
    return {"campaign": rig.new_campaign()}


def _signed(rig: Rig, where: dict[str, str], event: Event, **options: float) -> str:
    return f"{_asked(rig, event, **options)}; {len(rig.records(where['campaign']))} stored"


@case("api", "GET, custom domain", "200 text/html")
def _(rig: Rig) -> str:
    return _asked(rig, on_custom_domain(rest_request("GET", PAGE, _new(rig), headers=BROWSER)))


@case("api", "GET, the stage in its path", "200 text/html; links with the stage")
def _(rig: Rig) -> str:
    where = _new(rig)
    outcome = rig.invoke("api", rest_request("GET", PAGE, where, headers=BROWSER))
    has_stage = f"/api/campaigns/{where['campaign']}/signatures" in outcome.payload["body"]
    return f"{told(outcome)}; links {'with' if has_stage else 'without'} the stage"


@case("api", "HEAD", "200 text/html; no body")
def _(rig: Rig) -> str:
    outcome = rig.invoke("api", rest_request("HEAD", PAGE, _new(rig), headers=BROWSER))
    return f"{told(outcome)}; {'a' if outcome.payload['body'] else 'no'} body"


@case("api", "GET, a picture", "200 image/png in base64")
def _(rig: Rig) -> str:
    return _asked(rig, rest_request("GET", f"{PAGE}/card.png", _new(rig), headers={"Accept": "image/png"}))


@case("api", "GET, repeated and odd parameters", "200 application/json")
def _(rig: Rig) -> str:
    query = [("lang", "es"), ("lang", "ar"), ("empty", ""), ("ü", "%F0%9F")]
    return _asked(rig, rest_request("GET", "/campaigns/{campaign}", _new(rig), query=query))


@case("api", "GET, no such campaign", "404 application/problem+json")
def _(rig: Rig) -> str:
    return _asked(rig, rest_request("GET", "/campaigns/{campaign}", {"campaign": "no-such-campaign"}))


@case("api", "GET, no key", "401 application/problem+json")
def _(rig: Rig) -> str:
    return _asked(rig, rest_request("GET", "/admin/campaigns", headers=JSON))


@case("api", "GET, a key", "200 application/json")
def _(rig: Rig) -> str:
    return _asked(rig, rest_request("GET", "/admin/campaigns", headers=rig.admin))


@case("api", "GET, a key, all buckets at once in threads", "200 application/json; 2 listed")
def _(rig: Rig) -> str:
    where = _new(rig)
    for _ in range(2):
        rig.sign(where["campaign"])
    outcome = rig.invoke("api", rest_request("GET", "/admin/campaigns/{campaign}/signatures", where, headers=rig.admin))
    return f"{told(outcome)}; {len(json.loads(outcome.payload['body'])['signatures'])} listed"


@case("api", "OPTIONS, which API Gateway answers itself", "405 application/problem+json")
def _(rig: Rig) -> str:
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    return _asked(rig, rest_request("OPTIONS", FORM, {"campaign": "any"}, headers=headers))


@case("api", "POST, JSON", "201 application/json; 1 stored")
def _(rig: Rig) -> str:
    where, body = _new(rig), json.dumps(a_form())
    return _signed(rig, where, rest_request("POST", FORM, where, body=body, headers=JSON))


@case("api", "POST, a form", "303; 1 stored")
def _(rig: Rig) -> str:
    where, body = _new(rig), form(a_form())
    return _signed(rig, where, rest_request("POST", FORM, where, body=body, headers=URLENCODED))


@case("api", "POST, a form in base64, custom domain", "303; 1 stored")
def _(rig: Rig) -> str:
    where, body = _new(rig), form(a_form("josé@example.org")).encode()
    return _signed(rig, where, on_custom_domain(rest_request("POST", FORM, where, body=body, headers=URLENCODED)))


@case("api", "POST, a multipart form in base64", "303; 1 stored")
def _(rig: Rig) -> str:
    where, boundary = _new(rig), "------geckoformboundary41d8"
    headers = {**BROWSER, "Content-Type": f"multipart/form-data; boundary={boundary}"}
    body = multipart(a_form(), boundary)
    return _signed(rig, where, rest_request("POST", FORM, where, body=body, headers=headers))


@case("api", "POST, bytes that are no UTF-8", "400 application/problem+json; 0 stored")
def _(rig: Rig) -> str:
    where = _new(rig)
    return _signed(rig, where, rest_request("POST", FORM, where, body=b'{"email": "\xff\xfe"}', headers=JSON))


@case("api", "POST, no body", "400 application/problem+json; 0 stored")
def _(rig: Rig) -> str:
    where = _new(rig)
    return _signed(rig, where, rest_request("POST", FORM, where, headers=JSON))


@case("api", "POST, from the console: no headers, no address", "201 application/json; 1 stored")
def _(rig: Rig) -> str:
    where, body = _new(rig), json.dumps(a_form())
    return _signed(rig, where, from_console(rest_request("POST", FORM, where, body=body)))


@case("api", "GET, from the console: no headers, no address", "200 text/html")
def _(rig: Rig) -> str:
    return _asked(rig, from_console(rest_request("GET", PAGE, _new(rig))))


@case("api", "POST, with no time left", "503 application/problem+json; 0 stored")
def _(rig: Rig) -> str:
    where, body = _new(rig), json.dumps(a_form())
    return _signed(rig, where, rest_request("POST", FORM, where, body=body, headers=JSON), seconds=NO_TIME)
