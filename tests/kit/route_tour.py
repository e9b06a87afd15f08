"""Calls every route of a deployment, as signers, sites and organisers would, and records each answer."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chalicelib.domain.access.signed_links import Purpose
from chalicelib.wiring import wiring
from tests.kit.pictures import show, uploaded

if TYPE_CHECKING:
    from local.http.server import Answer, Request
    from tests.kit.world import World

PAGE = {"accept": "text/html"}
PERU = "/admin/campaigns/peru"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request and its answer; `path` is without the query."""

    method: str
    path: str
    query: str
    sent: bytes
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def media_type(self) -> str:
        """The media type of the answer; empty when it has no body."""
        return self.headers["content-type"].partition(";")[0] if self.body else ""


@dataclass
class Tour:
    """Records every request through the gateway of `world` from now on."""

    world: World
    visits: list[Visit] = field(default_factory=list)

    def __post_init__(self) -> None:
        handle = self.world.gateway.handle

        def recording(request: Request) -> Answer:
            answer = handle(request)
            headers = {name.lower(): value for name, value in answer.headers}
            self.visits.append(
                Visit(request.method, request.path, request.query, request.body, answer.status, headers, answer.body)
            )
            return answer

        self.world.gateway.handle = recording  # type: ignore[method-assign]


def walk(world: World) -> list[Visit]:
    """Everything that happens to a campaign; each route succeeds at least once."""
    tour = Tour(world)
    _see(world)
    _sign(world)
    _follow_links(world)
    _organise(world)
    _handle_signatures(world)
    _hold(world)
    _update(world)
    _show_a_picture(world)
    _export(world)
    _answer_people(world)
    _manage_keys(world)
    _manage_members(world)
    _refuse(world)
    return tour.visits


def _see(world: World) -> None:
    world.publish(
        show_signers=True,
        show_comments=True,
        hands_over="all",
        show_breakdown=True,
        closes_at="2027-01-01T00:00:00Z",
        opens_at="2026-01-01T00:00:00Z",
    )
    pages = ("/campaigns/peru", "/campaigns/peru/count", "/campaigns/peru/count?by=country,region", "/campaigns/peru/signers", "/campaigns/peru/comments", "/campaigns/peru/form",
             "/embed.js", "/sign/peru", "/sign/peru?frame=1&lang=es", "/sign/peru/thanks", "/sign/peru/card.png")  # fmt: skip
    for page in pages:
        seen = world.get(page)
        assert seen.status == 200, page
        if tag := seen.headers.get("etag"):
            world.get(page, if_none_match=tag)
    world.get("/campaigns/peru/signatures", accept="text/html")
    world.post_form("/sign/peru?lang=es", {"email": "ana@example.org"}, origin="https://api.example")
    embedding = world.get("/oembed?url=https://api.example/sign/peru&maxwidth=400")
    world.get("/oembed?url=https://api.example/sign/peru&maxwidth=400", if_none_match=embedding.headers["etag"])
    world.get("/oembed?url=https://api.example/sign/peru")
    front = world.get("/")
    world.get("/", if_none_match=front.headers["etag"])
    settings = vars(wiring().settings)
    settings["home_url"] = "https://wbw.example/"
    world.get("/")
    del settings["home_url"]
    for page in ("/robots.txt", "/favicon.ico", "/health", "/openapi.json", "/admin"):
        world.get(page)
    settings = wiring().settings.__dict__
    settings["dashboard_url"] = "https://admin.example"  # a host of its own, so the other one leads there
    world.get("/admin")
    del settings["dashboard_url"]
    dashboard = world.get("/admin").text
    start = dashboard.index("/admin/assets/")
    asset = dashboard[start : dashboard.index('"', start)]
    for name in ("base.css", "app.js", "uplot.LICENSE.txt"):
        world.get(f"{asset.rpartition('/')[0]}/{name}")


def _sign(world: World) -> None:
    form: dict[str, Any] = {
        "consents": ["wbw"],
        "source": "newsletter",
        "custom.chapter": "Cusco",
        "utm_source": "x",
        "public": True,
    }
    world.sign(**form)
    world.sign(email="gus@gmail.com", given_name="Gus", country="US")
    person = {"email": "ben@example.org", "given_name": "Ben", "country": "US"}
    world.post_form("/campaigns/peru/signatures", person)
    world.post_form("/campaigns/peru/signatures", {"email": "ben"})
    world.post_form("/campaigns/peru/signatures", person | {"email": "ben@gmial.com"})
    world.sign(email="ben", custom={"chapter": "Quito"})
    world.drain()


def _follow_links(world: World) -> None:
    mails = {mail.to: mail for mail in world.ses.sent}
    ana, ben, gus = mails["ana@example.org"], mails["ben@example.org"], mails["gus@gmail.com"]
    confirm = ana.link("confirm")
    world.get(confirm)
    world.sign(given_name="Anna", public=True)  # the email no longer matches what is stored
    world.post_form(confirm, {})
    for mail in (ana, ben):
        world.post_form(mail.link("confirm"), {})
    world.sign(given_name="Ana", public=True, consents=["wbw"], source="newsletter", comment="¡No!")
    world.post_form(confirm, {})
    world.drain()
    sent = {mail.to: mail for mail in world.ses.sent}
    manage = sent["ben@example.org"].link("manage")
    world.get(manage)
    save = {"do": "save", "given_name": "Benedict", "country": "US", "custom.chapter": "Lima"}
    for typed in (save, {"do": "save", "country": "Mars"}, {"do": "show"}, {"do": "hide"}, {"do": "download"},
                  {"do": "withdraw"}, {}, {"do": "withdraw-now"}):  # fmt: skip
        world.post_form(manage, typed)
    withdraw, unsubscribe = gus.link("withdraw"), gus.link("unsubscribe")
    for link in (withdraw, unsubscribe):
        world.get(link)
        world.post_form(link, {})
    world.get(manage)
    world.get(gus.link("confirm"))
    world.drain()


def _withdraw_and_undo(world: World) -> None:
    world.sign(email="flood@example.org", source="flood")
    world.drain()
    begun = world.admin("POST", f"{PERU}/signatures/withdraw", {"source": "flood"}).json["withdrawal"]
    world.admin("POST", f"{PERU}/signatures/withdraw", {"source": "flood", "withdrawal": begun})
    world.admin("POST", f"{PERU}/signatures/withdraw", {"source": "flood", "withdrawal": "none"})
    undo = f"{PERU}/withdrawals/{begun}/undo"
    world.admin("POST", undo, {})
    world.admin("POST", f"{PERU}/signatures/withdraw", {"source": "flood", "withdrawal": begun})
    world.admin("POST", undo, {"cursor": "none"})
    world.admin("POST", f"{PERU}/withdrawals/none/undo", {})
    world.admin("GET", f"{PERU}/withdrawals")
    world.drain()


def _hide_and_show(world: World) -> None:
    world.sign(email="joke@example.org", given_name="Mickey", family_name="Mouse")
    joke = world.admin("POST", f"{PERU}/signatures/find", {"email": "joke@example.org"}).json["signatures"][0]["id"]
    for decision in ({"shown": False, "reason": "a joke"}, {"shown": True}, {"shown": False}):
        world.admin("POST", f"{PERU}/signatures/odd-names", {})
        world.admin("PATCH", f"{PERU}/signatures/{joke}", decision)
    world.admin("PATCH", f"{PERU}/signatures/none", {"shown": True})
    for shown in ({"shown": False, "reason": "a joke"}, {"shown": True}, {"shown": False}):
        world.admin("POST", f"{PERU}/signatures/hide", {"ids": [joke, "none"], **shown})
    world.admin("PATCH", f"{PERU}/signatures/{joke}", {"comment_shown": True, "comment": "x"})
    world.admin("PATCH", f"{PERU}/signatures/{joke}", {"comment_shown": False})
    world.admin("GET", f"{PERU}/signatures?comment=waiting")
    world.admin("GET", f"{PERU}/signatures?shown=false")
    world.admin("POST", f"{PERU}/signatures/odd-names", {"cursor": "none"})
    world.admin("DELETE", f"{PERU}/signatures/{joke}")
    world.admin("PATCH", f"{PERU}/signatures/{joke}", {"shown": True})
    world.drain()


def _enter_sheets(world: World) -> None:
    sheets = f"{PERU}/sheets"
    world.sign(email="ivo@example.org")
    world.drain()
    csv = b64encode(b"given_name,email,signed_on\nRosa,,3/4/2025\nIvo,ivo@example.org,2025-04-03\n").decode()
    world.admin("POST", f"{sheets}/read", {"content": csv, "name": "sheet.csv"})
    world.admin("POST", f"{sheets}/read", {"content": ""})
    read = world.admin("POST", f"{sheets}/read", {"content": csv, "name": "sheet.csv", "days": "day_first"}).json[
        "rows"
    ]
    rows = [one["values"] for one in read]
    world.admin("POST", f"{sheets}/check", {"rows": rows})
    world.admin("POST", f"{sheets}/check", {"rows": {}})
    begun = world.admin("POST", sheets, {"rows": rows}).json["sheet"]
    world.admin("POST", sheets, {"rows": rows, "sheet": begun})
    world.admin("POST", sheets, {"rows": rows, "sheet": "none"})
    world.admin("GET", sheets)
    world.drain()
    world.admin("POST", f"{sheets}/none/undo", {})
    world.admin("POST", f"{sheets}/{begun}/undo", {"cursor": "7"})
    world.admin("POST", f"{sheets}/{begun}/undo", {})
    world.admin("POST", sheets, {"rows": [{"given_name": "Eva"}], "sheet": begun})
    world.drain()


def _organise(world: World) -> None:
    world.admin("PUT", "/admin/campaigns/library", _library())
    world.admin("PATCH", "/admin/campaigns/library", {"goal": 7}, if_match='"1"')
    world.admin("PATCH", "/admin/campaigns/library", {"goal": 8}, if_match='"1"')
    world.admin("PATCH", "/admin/campaigns/library", {"goal": 8})
    world.admin("PUT", "/admin/campaigns/library", _library(state="closed", retention_days=9), if_match="2")
    world.admin("GET", "/admin/campaigns/library")
    world.admin("GET", "/admin/campaigns/library", if_none_match="*")
    world.admin("DELETE", "/admin/campaigns/library")
    world.admin("GET", "/admin/campaigns")
    world.admin("GET", "/admin/campaigns?archived=true")
    for part in ("", "/counts", "/counts?by=day,country&since=2026-11-20T00:00:00Z", "/counts?since=2026-11-01T00:00:00Z",
                 "/counts?format=csv", "/texts", "/texts/1", "/snippets", "/refused-sites"):  # fmt: skip
        world.admin("GET", f"{PERU}{part}")
    world.admin("POST", f"{PERU}/preview", _library())
    world.admin("GET", f"{PERU}/snippets?source=radio-lima")
    world.admin("GET", f"{PERU}/snippets?source=Radio Lima")
    world.admin("POST", f"{PERU}/signatures/search", {"name": "ana"})
    world.admin("POST", f"{PERU}/signatures/search", {"name": ""})
    world.admin("PUT", "/admin/campaigns/drafted", _library(state="draft"))
    for campaign in ("peru", "drafted"):
        link = world.admin("POST", f"/admin/campaigns/{campaign}/preview-links").json["url"]
        world.get(link.removeprefix("https://api.example"))
    world.admin("DELETE", "/admin/campaigns/drafted")
    world.get("/preview/x")
    _see_emails(world)
    world.admin("GET", "/admin/me")
    world.admin("GET", "/admin/mail")
    world.admin("PUT", "/admin/mail", {"paused": True})
    world.admin("PUT", "/admin/mail", {"paused": False})
    world.drain()


def _see_emails(world: World) -> None:
    for path in ("", "/confirmation", "/thanks?language=es", "/thanks?language=xx", "/welcome"):
        world.admin("GET", f"{PERU}/emails{path}")
    for words in ({"language": "es", "subject": "{{title}}"}, {"subject": "{{email}}"}, {"opening": "www.example.org"}):
        world.admin("POST", f"{PERU}/emails/confirmation/preview", words)
    world.admin("POST", f"{PERU}/emails/welcome/preview", {})
    for purpose in ("confirm", "withdraw", "manage", "unsubscribe"):
        world.get(f"/{purpose}/test.peru", accept="text/html")
    test = world.admin("POST", f"{PERU}/test-signatures?language=es").json["url"].removeprefix("https://api.example")
    world.get(test)
    world.get("/sign/peru?_test=x")
    world.sign(_test=test.partition("_test=")[2])
    world.drain()
    world.post_form(world.ses.sent[-1].link("confirm"), {})
    world.drain()


def _library(**changes: Any) -> dict[str, Any]:
    from tests.kit.factories import a_document

    return a_document(**changes)


def _handle_signatures(world: World) -> None:
    signatures = f"{PERU}/signatures"
    world.admin("POST", signatures, {"given_name": "Rosa", "reference": "sheet 3/12", "signed_on": "2026-11-20"})
    world.admin("POST", signatures, {"given_name": "Rosa", "reference": "sheet 3/12", "signed_on": "2026-11-20"})
    world.admin("POST", signatures, {"email": "ana@example.org", "given_name": "Ana"})
    world.sign(email="carla@example.org", given_name="Carla")
    world.drain()
    world.later(minutes=20)
    for query in (
        "",
        "?limit=1",
        "?state=confirmed&country=pe",
        "?held=any",
        "?from=2026-11-01&to=2026-11-30",
        "?nope=1",
    ):
        world.admin("GET", f"{signatures}{query}")
    cursor = world.admin("GET", f"{signatures}?limit=1").json["cursor"]
    world.admin("GET", f"{signatures}?limit=1&cursor={cursor}")
    found = world.admin("POST", f"{signatures}/find", {"email": "carla@example.org"}).json["signatures"]
    world.admin("POST", f"{signatures}/find", {"email": "nobody@example.org"})
    one = f"{signatures}/{found[0]['id']}"
    world.admin("GET", one)
    world.admin("POST", f"{one}/resend")
    world.drain()
    world.admin("POST", f"{one}/resend")
    world.admin("DELETE", one)
    world.admin("GET", one)
    world.admin("POST", f"{one}/resend")
    theirs = wiring().keyring.create("theirs", wiring().keyring.list()[0].role.ORGANIZER, ("peru",), sponsor="wbw")[1]
    world.admin("GET", signatures, authorization=f"Bearer {theirs}")
    world.drain()


def _hold(world: World) -> None:
    world.publish(limits={"network_hourly": 1}, show_signers=True)
    for number in range(3):
        world.sign(email=f"n{number}@example.org")
    world.drain()
    for _ in range(60):
        world.sign(email=f"m{_}@example.com")
    world.drain()
    world.later(hours=1)
    world.run_scheduled()
    for preview in (True, False):
        world.admin("POST", f"{PERU}/signatures/withdraw", {"source": "nowhere", "preview": preview})
    _withdraw_and_undo(world)
    _hide_and_show(world)
    _enter_sheets(world)
    held = f"{PERU}/held"
    world.admin("GET", held)
    for reply in ("release", "drop"):
        world.admin("POST", f"{held}/{reply}", {"reason": "network"})
    world.drain()
    world.admin("POST", f"{held}/drop", {})
    world.drain()


def _update(world: World) -> None:
    """Writes to whoever asked for news, and one of them leaves."""
    world.publish(ask_updates=True)
    for name in ("una", "dos"):
        world.sign_and_confirm(email=f"{name}@example.org", updates=True)
    updates = f"{PERU}/updates"
    texts = {language: {"subject": "News", "body": "Dear {{given_name}},"} for language in ("en", "es")}
    draft = world.admin("POST", updates, {"texts": texts, "audience": {"countries": ["PE"]}}).json
    one = f"{updates}/{draft['id']}"
    world.admin("POST", f"{updates}/preview", {"language": "es", **texts["es"]})
    world.admin("POST", f"{updates}/audience", {"languages": ["en"]})
    world.admin("POST", updates, {"texts": {}})
    world.admin("PATCH", one, {"texts": {"en": {"subject": "Good news"}}})
    world.admin("POST", f"{one}/pause")
    world.admin("POST", f"{one}/send", {"recipients": 1})
    world.admin("POST", f"{one}/send", {"recipients": draft["recipients"]})
    world.admin("POST", f"{one}/send", {"recipients": draft["recipients"]})
    for act in ("pause", "resume"):
        world.admin("POST", f"{one}/{act}")
    world.run_updates(2)
    world.admin("GET", one)
    stopped = world.admin("POST", updates, {"texts": texts}).json
    world.admin("POST", f"{updates}/{stopped['id']}/send", {"recipients": stopped["recipients"]})
    world.admin("POST", f"{updates}/{stopped['id']}/stop")
    world.admin("POST", f"{updates}/{stopped['id']}/resume")
    world.admin("GET", updates)
    unwanted = world.admin("POST", updates, {"texts": texts}).json
    world.admin("DELETE", f"{updates}/{unwanted['id']}")
    leave = next(mail for mail in world.ses.sent if mail.tags["kind"] == "update").link("leave-updates")
    world.get(leave, **PAGE)
    world.post_form(leave, {})


def _show_a_picture(world: World) -> None:
    for logo in (False, True):
        picture = show(world, logo=logo)
        for file in ["logo.png"] if logo else ["card.jpg", "small.webp"]:
            reply = world.get(f"/pictures/{picture}/{file}", accept="image/*")
        world.get(f"/pictures/{picture}/{file}", if_none_match=reply.headers["etag"])
    upload = uploaded(world, b"<svg/>")["id"].partition("-")[2]
    world.admin("POST", f"{PERU}/pictures", {"upload": upload, "size": 0})
    world.get(f"/pictures/{'0' * 32}-1x1/small.webp")


def _export(world: World) -> None:
    exports = f"{PERU}/exports"
    first = world.admin("POST", exports, {"format": "csv"}).json
    world.admin("POST", exports, {"format": "csv", "state": "any", "delivery": None})
    world.admin("GET", f"{exports}/{first['id']}")
    while world.run_exports():
        pass
    world.admin("GET", f"{exports}/{first['id']}")
    world.admin("GET", exports)
    world.admin("DELETE", f"{exports}/{first['id']}")
    world.admin("GET", f"{exports}/{first['id']}")
    world.admin("POST", exports, {"format": "ndjson", "sponsor": "wbw", "since": "2026-11-20T00:00:00Z"})
    while world.run_exports():
        pass
    _packet(world)


def _packet(world: World) -> None:
    world.admin("GET", f"{PERU}/sheet.pdf", accept="application/json")
    world.run_exports()
    world.admin("GET", f"{PERU}/sheet.pdf", accept="application/json")
    world.admin("GET", f"{PERU}/sheet.pdf", accept="*/*")
    world.admin("GET", f"{PERU}/sheet.pdf?paper=a0")
    packets = f"{PERU}/packets"
    first = world.admin("POST", packets, {"language": "es", "group_by": "country", "comments": True}).json
    world.admin("POST", packets, {"language": "tlh"})
    world.admin("GET", f"{packets}/{first['id']}")
    while world.run_exports():
        pass
    world.admin("GET", f"{packets}/{first['id']}")
    world.admin("GET", packets)
    world.admin("DELETE", f"{packets}/{first['id']}")
    world.admin("GET", f"{packets}/{first['id']}")


def _answer_people(world: World) -> None:
    world.admin("POST", "/admin/access", {"email": "ana@example.org"})
    world.admin("POST", "/admin/erasures", {"email": "ana@example.org"})
    world.admin("POST", "/admin/access", {"email": "ana@example.org"})
    world.admin("POST", "/admin/access", {"email": "nobody@example.org"})
    world.sign(email="flood@example.org", source="flood")
    world.drain()
    world.admin("POST", f"{PERU}/signatures/withdraw", {"source": "flood"})
    world.admin("POST", "/admin/access", {"email": "flood@example.org"})
    world.later(days=1, minutes=1)
    world.run_scheduled()


def _manage_keys(world: World) -> None:
    made = world.admin("POST", "/admin/keys", {"name": "Website", "role": "reader", "campaigns": ["peru"]}).json
    bound = {"name": "Theirs", "role": "organizer", "campaigns": ["peru"], "sponsor": "wbw"}
    world.admin("POST", "/admin/keys", {**bound, "expires_at": "2030-01-01T00:00:00Z"})
    world.admin("GET", "/admin/me", authorization=f"Bearer {made['secret']}")
    world.admin("GET", "/admin/keys", authorization=f"Bearer {made['secret']}")
    world.admin("DELETE", f"/admin/keys/{made['id']}")
    world.admin("DELETE", "/admin/keys/nobody")
    world.admin("GET", "/admin/keys")
    world.admin("GET", "/admin/audit?limit=1000")


def _manage_members(world: World) -> None:
    person = {"email": "olga@example.org", "name": "Olga", "role": "admin"}
    olga = world.admin("POST", "/admin/members", person).json["id"]
    world.admin("POST", "/admin/members", person)
    world.drain()
    token = world.ses.sent[-1].text.partition("#sign-in=")[2].split()[0]
    begun = world.post_json("/admin/sessions", {"token": token}).json
    world.post_json("/admin/sessions", {"token": token})
    mine = {"authorization": f"Bearer {begun['secret']}"}
    world.admin("GET", "/admin/me", **mine)
    for asked in (mine, {}):
        world.admin("GET", "/admin/me/notices", **asked)
        world.admin("PATCH", "/admin/me/notices", {"digest": "daily"}, **asked)
    world.admin("PATCH", "/admin/me/notices", {"digest": "hourly"}, **mine)
    ends = wiring().links().token(Purpose.NOTICES, olga, now=world.now)
    for token in (ends, "none"):
        world.get(f"/notices/{token}", accept="text/html")
        world.post_form(f"/notices/{token}", {})
    world.admin("GET", "/admin/sessions", **mine)
    world.admin("POST", f"{PERU}/emails/thanks/test?language=es", **mine)
    world.admin("POST", f"{PERU}/emails/thanks/test")
    (update, *_) = world.admin("GET", f"{PERU}/updates").json["updates"] or [{"id": "none"}]
    world.admin("POST", f"{PERU}/updates/{update['id']}/test", **mine)
    world.admin("POST", f"{PERU}/updates/{update['id']}/test")
    world.drain()
    world.admin("GET", "/admin/sessions")
    world.admin("DELETE", "/admin/sessions/nobody", **mine)
    world.admin("DELETE", f"/admin/members/{olga}")
    second = {"email": "ivo@example.org", "name": "Ivo", "role": "reader", "campaigns": ["peru"], "language": "es"}
    ivo = world.admin("POST", "/admin/members", second).json["id"]
    world.admin("PATCH", f"/admin/members/{ivo}", {"name": "Ivo N.", "role": "organizer"})
    world.admin("DELETE", f"/admin/members/{ivo}/sessions")
    world.admin("GET", "/admin/members")
    world.admin("DELETE", f"/admin/members/{ivo}")
    world.admin("DELETE", f"/admin/members/{ivo}")
    world.post_json("/admin/sign-in", {"email": "olga@example.org"})
    world.admin("DELETE", "/admin/sessions/current", **mine)
    world.drain()
    token = world.ses.sent[-1].text.partition("#sign-in=")[2].split()[0]
    begun = world.post_json("/admin/sessions", {"token": token}).json
    world.admin("DELETE", "/admin/sessions", authorization=f"Bearer {begun['secret']}")
    world.admin("GET", "/admin/audit?kind=members")


def _refuse(world: World) -> None:
    for path in ("/campaigns/nope", "/campaigns/nope/count", "/confirm/nonsense", "/oembed?format=xml"):
        world.get(path)
        world.get(path, **PAGE)
    world.admin("GET", "/admin/campaigns/nope")
    world.get("/admin/campaigns")
    world.admin("DELETE", PERU)
    world.request("POST", "/campaigns/peru/signatures", b"{", content_type="application/json")
    world.request("POST", "/campaigns/peru/signatures", b"{}", content_type="text/csv")
    world.request("POST", "/campaigns/peru/signatures", b"x" * 40_000, content_type="application/json")
    world.publish("shut", state="closed")
    world.sign("shut")
