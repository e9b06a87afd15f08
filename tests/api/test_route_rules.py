"""Rules of the house, walked over all routes, errors and settings."""

from __future__ import annotations

import inspect
import re
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import app
from chalicelib import log, settings
from chalicelib.api.http.middleware import ROLES, SPONSORED
from chalicelib.api.http.problems import CHALICE_ERRORS, STATUSES
from chalicelib.domain import errors
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.errors import UndersignedError
from chalicelib.i18n.languages import LANGUAGES, problem_detail, problem_title
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from tests.kit.world import World

ROOT = Path(app.__file__).parent
ROUTES = sorted((path, method) for path, methods in app.app.routes.items() for method in methods if method != "HEAD")
PUBLIC = {
    ("/", "GET"),
    ("/campaigns/{campaign}", "GET"), ("/campaigns/{campaign}/count", "GET"), ("/campaigns/{campaign}/signers", "GET"), ("/campaigns/{campaign}/comments", "GET"), ("/campaigns/{campaign}/signatures", "POST"),
    ("/sign/{campaign}/card.png", "GET"), ("/pictures/{picture}/{file}", "GET"), ("/oembed", "GET"), ("/robots.txt", "GET"), ("/favicon.ico", "GET"), ("/sign/{campaign}", "GET"), ("/sign/{campaign}", "POST"), ("/campaigns/{campaign}/signatures", "GET"), ("/sign/{campaign}/thanks", "GET"),
    ("/confirm/{token}", "GET"), ("/confirm/{token}", "POST"), ("/withdraw/{token}", "GET"), ("/withdraw/{token}", "POST"),
    ("/preview/{token}", "GET"), ("/admin/sign-in", "POST"), ("/admin/sessions", "POST"),
    ("/notices/{token}", "GET"), ("/notices/{token}", "POST"), ("/unsubscribe/{token}", "GET"), ("/unsubscribe/{token}", "POST"), ("/leave-updates/{token}", "GET"), ("/leave-updates/{token}", "POST"), ("/manage/{token}", "GET"), ("/manage/{token}", "POST"),
    ("/campaigns/{campaign}/form", "GET"), ("/embed.js", "GET"), ("/openapi.json", "GET"), ("/health", "GET"), ("/admin", "GET"), ("/admin/assets/{version}/{name}", "GET"),
}  # fmt: skip


def every_error() -> list[type[UndersignedError]]:
    found = [UndersignedError]
    for one in found:
        found += one.__subclasses__()
    return found


def test_promise_9_every_route_needs_a_key_or_is_listed_public() -> None:
    assert set(ROUTES) == set(ROLES)
    assert {route for route, role in ROLES.items() if role is None} == PUBLIC


def test_head_goes_with_every_public_get_and_no_other() -> None:
    heads = {path for path, methods in app.app.routes.items() if "HEAD" in methods}
    assert heads == {path for path, method in PUBLIC if method == "GET"}


@pytest.mark.parametrize("path", sorted(path for path, method in PUBLIC if method == "GET"))
def test_head_answers_as_get_without_a_body_and_never_acts(world: World, path: str) -> None:
    world.sign()
    world.drain()
    purpose = path.split("/")[1]
    link = world.ses.sent[0].link(purpose if purpose in {"confirm", "withdraw", "unsubscribe"} else "confirm")
    url = (
        link if "{token}" in path and purpose not in {"manage", "leave-updates"} else path.replace("{campaign}", "peru")
    )
    before = world.signatures()
    answers = [world.request(method, url, accept="text/html") for method in ("GET", "HEAD")]
    of_one_request = {"date", "x-amzn-requestid", "content-length"}
    get, head = ({k: v for k, v in one.headers.items() if k not in of_one_request} for one in answers)
    assert (answers[0].status, get) == (answers[1].status, head)
    assert (answers[0].raw == b"", answers[1].raw) == (
        path in {"/favicon.ico", "/campaigns/{campaign}/signatures"},
        b"",
    )
    assert world.signatures() == before
    world.publish("other")
    assert world.sign("other").status == 201
    world.drain()
    assert len(world.ses.sent) == 2, "the address is not suppressed"


@pytest.mark.parametrize(("path", "method"), [route for route in ROUTES if route not in PUBLIC])
def test_promise_9_admin_route_refuses_no_key_and_too_low_a_role(world: World, path: str, method: str) -> None:
    url = path.replace("{campaign}", "peru")
    assert world.request(method, url, b"{}", content_type="application/json").status == 401
    roles, asked = list(Role), ROLES[path, method]
    for role in roles:
        secret = wiring().keyring.create("t", role)[1]
        reply = world.request(method, url, b"{}", content_type="application/json", authorization=f"Bearer {secret}")
        assert (reply.status == 403) == (roles.index(role) < roles.index(asked))  # type: ignore[arg-type]
    elsewhere = wiring().keyring.create("t", Role.ORGANIZER, ("other",))[1]
    reply = world.request(method, url, b"{}", content_type="application/json", authorization=f"Bearer {elsewhere}")
    assert (reply.status == 403) == ("{campaign}" in path or asked is Role.ADMIN)


@pytest.mark.parametrize(("path", "method"), [route for route in ROUTES if route not in PUBLIC])
def test_a_sponsors_key_reaches_only_what_shows_it_its_own(world: World, path: str, method: str) -> None:
    secret = wiring().keyring.create("theirs", Role.ORGANIZER, ("peru",), sponsor="wbw")[1]
    url = path.replace("{campaign}", "peru")
    reply = world.request(method, url, b"{}", content_type="application/json", authorization=f"Bearer {secret}")
    may = ROLES[path, method] is Role.READER or (path, method) in SPONSORED
    assert (reply.status == 403) == (not may)


def test_what_a_sponsors_key_may_do_is_listed() -> None:
    signatures, exports = (f"/admin/campaigns/{{campaign}}/{name}" for name in ("signatures", "exports"))
    reads = {
        (signatures, "GET"),
        (f"{signatures}/{{id}}", "GET"),
        (f"{signatures}/find", "POST"),
        (f"{signatures}/search", "POST"),
    }
    files = {(exports, "GET"), (exports, "POST"), (f"{exports}/{{id}}", "GET"), (f"{exports}/{{id}}", "DELETE")}
    assert reads | files == SPONSORED


@pytest.mark.parametrize("error", every_error())
def test_every_error_has_a_status_and_words_in_every_language(error: type[UndersignedError]) -> None:
    assert error in STATUSES
    if error.code.startswith("mail_"):
        return  # never leaves the mailer
    for language in LANGUAGES:
        assert problem_title(error.code, language)
        assert problem_detail(error.code, language, size=412, limit=400, recipients=812)
    assert problem_title(error.code, "es") != problem_title(error.code, "en")


def test_codes_are_stable_and_said_once() -> None:
    leaves = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, UndersignedError)]
    codes = [one.code for one in leaves]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/"), ("GET", "/nope"), ("GET", "/campaigns"), ("DELETE", "/campaigns/peru"), ("PUT", "/health"),
     ("POST", "/campaigns/peru/count"), ("GET", "/campaigns/peru/signatures"), ("GET", "/admin/nope"), ("PATCH", "/sign/peru")],
)  # fmt: skip
def test_promise_10_unknown_routes_and_methods_have_the_one_error_shape(world: World, method: str, path: str) -> None:
    reply = world.request(method, path)
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert set(reply.json) == {"type", "title", "status", "detail", "code"}
    assert reply.json["status"] == reply.status == 404


# The asset asked for here is none, and neither is the page to embed: 404.
NEEDS_NOTHING = {
    "/oembed": 404,
    "/robots.txt": 200,
    "/favicon.ico": 204,
    "/embed.js": 200,
    "/health": 200,
    "/openapi.json": 200,
    "/admin": 200,
    "/admin/assets/{version}/{name}": 404,
}


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_promise_10_every_route_fails_in_the_one_shape(
    world: World, monkeypatch: pytest.MonkeyPatch, path: str, method: str
) -> None:
    """With nothing behind it any route but those that need nothing breaks: still a problem, and no word of why."""

    def broken(*_: Any) -> Any:
        raise RuntimeError("ana@example.org")

    for name in (
        "campaign_reader",
        "signing",
        "signer_links",
        "signer_self_service",
        "keyring",
        "links",
        "published_pictures",
    ):
        monkeypatch.setattr(type(wiring()), name, property(broken))
    url = path.replace("{campaign}", "peru").replace("{token}", "x")
    reply = world.request(method, url, b"do=show", content_type="application/x-www-form-urlencoded")
    if path in NEEDS_NOTHING:
        assert reply.status == NEEDS_NOTHING[path]
        return
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.status in {500, 415}
    assert "ana@" not in reply.text


@pytest.mark.parametrize("status", sorted(CHALICE_ERRORS))
def test_promise_10_what_chalice_answers_itself_is_reshaped(world: World, status: int) -> None:
    from chalice.app import Response

    from chalicelib.api.http.middleware import http_middleware

    world.get("/health")  # so that there is a request at hand
    request = type("R", (), {"method": "GET", "context": {}, "query_params": None, "headers": {}})()
    reply = http_middleware(request, lambda _: Response({"Code": "X", "Message": "y"}, {"Allow": "GET"}, status))
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert f'"status": {status}' in str(reply.body)


def test_every_answer_carries_the_security_headers(world: World) -> None:
    for path in ("/health", "/sign/peru", "/campaigns/peru", "/admin/campaigns", "/campaigns/nope"):
        headers = world.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["strict-transport-security"].startswith("max-age=")
        assert "referrer-policy" in headers
    for path in ("/sign/peru", "/sign/peru/thanks", "/confirm/nonsense", "/admin"):
        headers = world.get(path, accept="text/html").headers
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert headers["content-security-policy"].startswith("default-src 'none'")


def test_preflight_lets_a_foreign_page_send_json(world: World) -> None:
    reply = world.request("OPTIONS", "/campaigns/peru/signatures", origin="https://x.example")
    assert reply.status == 200
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "Content-Type" in reply.headers["access-control-allow-headers"]
    assert "POST" in reply.headers["access-control-allow-methods"]


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    names = re.findall(r'"([A-Z][A-Z_]+)"', inspect.getsource(settings))
    assert names
    assert [name for name in names if f"`{name}`" not in text] == []


def test_missing_setting_is_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIGNATURES_TABLE", raising=False)
    with pytest.raises(settings.MissingSetting, match="SIGNATURES_TABLE"):
        _ = settings.Settings().signatures_table


@pytest.mark.parametrize("facts", [{"email": "x"}, {"given_name": "Ana"}, {"campaign": "ana@example.org"}])
def test_promise_7_log_refuses_personal_data(facts: dict[str, str]) -> None:
    with pytest.raises(log.PersonalDataRefused):
        log.info("signed", **facts)


def test_only_settings_read_the_environment() -> None:
    sources = chain(ROOT.glob("chalicelib/**/*.py"), [ROOT / "app.py"])
    readers = [path.name for path in sources if re.search(r"os\.environ|getenv", path.read_text())]
    assert readers == ["settings.py"]
