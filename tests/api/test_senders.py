"""Which address a campaign may send from, and who says so: a key for one campaign must not send as anybody the account can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.access.api_keys import Role
from chalicelib.wiring import wiring
from local.aws.iam_actions import RequiredAction
from local.aws.iam_permissions import statements
from local.aws.template import Template
from tests.kit.factories import a_document

if TYPE_CHECKING:
    from tests.kit.world import World

PERU = "/admin/campaigns/peru"
OTHER = {"name": "President", "email": "president@bank.example"}

IDENTITY = "arn:aws:ses:us-east-1:000000000000:identity/"
OWN = {"email": "press@partner.example"}


def key(role: Role, *campaigns: str) -> str:
    _, secret = wiring().keyring.create("test", role, campaigns or ("*",))
    return f"Bearer {secret}"


def saved(world: World, authorization: str, **sender: str) -> list[tuple[str, str]]:
    etag = world.admin("GET", PERU).headers["etag"]
    document = a_document(sender=a_document()["sender"] | sender)
    reply = world.admin("PUT", PERU, document, authorization=authorization, if_match=etag)
    assert reply.status in (200, 422)
    return [(one["field"], one["code"]) for one in reply.json.get("errors", [])]


@pytest.fixture
def listed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - which makes the wiring
    """The deployment allows some addresses."""
    monkeypatch.setitem(wiring().settings.__dict__, "senders", " *@Site.example , press@partner.example")
    wiring().__dict__.pop("campaign_editor", None)


def test_only_an_admin_adds_an_address_that_no_campaign_uses(world: World) -> None:
    world.publish()
    for who in (key(Role.ORGANIZER, "peru"), key(Role.ORGANIZER)):
        assert saved(world, who, **OTHER) == [("sender.email", "only_admins_add")]
        assert saved(world, who, reply_to="thief@evil.example") == [("sender.reply_to", "only_admins_add")]
        assert saved(world, who, name="Another name") == [], "a name is the campaign's own"
    world.publish("other", sender=OTHER | {"reply_to": "answers@bank.example"})
    assert saved(world, key(Role.ORGANIZER, "peru"), **OTHER) == [], "now one does"
    assert saved(world, key(Role.ORGANIZER, "peru"), **OTHER, reply_to="answers@bank.example") == []
    assert saved(world, key(Role.ADMIN), email="new@else.example", reply_to="r@else.example") == []
    assert saved(world, key(Role.ORGANIZER, "peru"), email="new@else.example", reply_to="r@else.example") == []


def test_a_new_campaign_is_no_way_around(world: World) -> None:
    made = world.admin("PUT", "/admin/campaigns/mine", a_document(sender=OTHER), authorization=key(Role.ORGANIZER))
    assert (made.status, made.json["errors"][0]["code"]) == (422, "only_admins_add")
    patched = world.admin("PATCH", PERU, {"sender": OTHER}, authorization=key(Role.ORGANIZER, "peru"),
                          if_match=world.admin("GET", PERU).headers["etag"])  # fmt: skip
    assert (patched.status, patched.json["errors"][0]["code"]) == (422, "only_admins_add")
    assert world.admin("PUT", "/admin/campaigns/mine", a_document(sender=OTHER)).status == 201


@pytest.mark.usefixtures("listed")
def test_where_the_deployment_names_addresses_nobody_uses_another(world: World) -> None:
    for who in (key(Role.ORGANIZER, "peru"), key(Role.ADMIN)):
        for refused in (
            "president@bank.example",
            "sales@partner.example",
            "x@sub.site.example",
            "Press@partner.example",
        ):
            assert saved(world, who, email=refused) == [("sender.email", "sender_not_allowed")]
        for allowed in ("anybody@site.example", "press@partner.example"):
            assert saved(world, who, email=allowed) == []
            assert saved(world, who, email=allowed, reply_to=allowed) == []
    assert saved(world, key(Role.ORGANIZER, "peru"), **OWN, reply_to="r@else.example") == [
        ("sender.reply_to", "only_admins_add")
    ]
    assert saved(world, key(Role.ADMIN), **OWN, reply_to="r@else.example") == [], "replies leave no account"


def test_what_a_campaign_has_it_keeps(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.publish(sender=OTHER)
    monkeypatch.setitem(wiring().settings.__dict__, "senders", "*@site.example")
    wiring().__dict__.pop("campaign_editor", None)
    etag = world.admin("GET", PERU).headers["etag"]
    changed = world.admin("PATCH", PERU, {"goal": 5}, authorization=key(Role.ORGANIZER, "peru"), if_match=etag)
    assert changed.status == 200
    world.admin("PATCH", PERU, {"sender": {"email": "a@site.example"}}, if_match=changed.headers["etag"])
    assert saved(world, key(Role.ADMIN), **OTHER) == [("sender.email", "sender_not_allowed")], "and not again"


@pytest.mark.parametrize(
    ("parameters", "setting", "may", "may_not"),
    [
        ({}, "", ["a@any.example"], []),
        ({"MailDomain": "site.example"}, "*@site.example", ["a@site.example"], ["a@x.site.example", "a@any.example"]),
        ({"MailDomain": "site.example", "Senders": "*@else.example,b@any.example"}, "*@else.example,b@any.example",
         ["a@else.example", "b@any.example"], ["a@site.example", "a@any.example"]),
    ],
)  # fmt: skip
def test_the_policy_of_the_mailer_says_the_same(
    parameters: dict[str, str], setting: str, may: list[str], may_not: list[str]
) -> None:
    template = Everything(parameters)
    assert template.environment("APIHandler")["SENDERS"] == setting
    (statement,) = [one for one in statements(template) if (one.function, one.name) == ("mail", "SendMail")]

    def allows(address: str) -> bool:
        identity = IDENTITY + address.partition("@")[2]
        return bool(statement.grants_for(RequiredAction("ses:SendEmail", identity, {"ses:FromAddress": (address,)})))

    assert [allows(one) for one in may] == [True] * len(may)
    assert [allows(one) for one in may_not] == [False] * len(may_not)


@pytest.mark.parametrize(
    ("function", "name", "action"),
    [("mail", "SendMail", "SendEmail"), ("api_handler", "KnowSenders", "GetEmailIdentity")],
)
def test_where_nothing_but_the_mail_domain_is_named_no_other_identity_is_in_reach(
    function: str, name: str, action: str
) -> None:
    def reached(*identities: str, **parameters: str) -> list[str]:
        found = [one for one in statements(Everything(parameters)) if (one.function, one.name) == (function, name)]
        (statement,) = found
        sender = {"ses:FromAddress": ("a@site.example",)}
        return [
            one for one in identities if statement.grants_for(RequiredAction(f"ses:{action}", IDENTITY + one, sender))
        ]

    own, foreign = ("site.example", "a@site.example"), ("any.example", "a@any.example", "x.site.example")
    assert reached(*own, *foreign, MailDomain="site.example") == [*own]
    assert reached(*own, *foreign, MailDomain="site.example", Senders="a@site.example") == [*own, *foreign]
    assert reached(*own, *foreign) == [*own, *foreign]


class Everything(Template):
    """The template with a made-up name for whatever would be created."""

    def __init__(self, parameters: dict[str, str]) -> None:
        super().__init__(parameters)
        self.refs = Anything(self.refs)
        self.attributes = Anything(self.attributes)


class Anything(dict[Any, Any]):
    """A made-up value for each missing key."""

    def __missing__(self, name: object) -> str:
        return f"made-up-{name}"


# --- what SES has not verified


@pytest.mark.parametrize(
    ("identities", "warns"),
    [
        (None, False),
        ({}, True),
        ({"site.example": False}, True),
        ({"site.example": True}, False),
        ({"news.site.example": True}, False),
        ({"a@news.site.example": True}, False),
        ({"a@news.site.example": False, "site.example": True}, False),
        ({"example": True}, True),
        ({"a@news.site.example": "AccessDeniedException"}, False),
        ({"news.site.example": "TooManyRequestsException"}, False),
    ],
)
def test_saving_says_that_no_email_could_leave(
    world: World, identities: dict[str, bool | str] | None, warns: bool
) -> None:
    world.ses.identities = identities
    etag = world.admin("GET", PERU).headers["etag"]
    document = a_document(sender=a_document()["sender"] | {"email": "a@news.site.example"})
    saved = world.admin("PUT", PERU, document, if_match=etag, accept_language="es")
    assert saved.status == 200
    found = [one for one in saved.json["warnings"] if one["field"] == "sender.email"]
    assert [one["code"] for one in found] == (["sender_not_verified"] if warns else [])
    assert all(one["message"].startswith("SES no ha verificado") for one in found)
    patched = world.admin("PATCH", PERU, {"goal": 7}, if_match=saved.headers["etag"])
    assert [one["code"] for one in patched.json["warnings"]] == [one["code"] for one in saved.json["warnings"]]
    assert world.admin("GET", PERU).json["warnings"] == [], "reading asks nobody"


# --- keys that end with their campaign


def test_a_key_ends_with_its_campaign_and_does_not_open_the_next_of_its_name(world: World) -> None:
    only, both, every = key(Role.ORGANIZER, "gone"), key(Role.READER, "gone", "peru"), key(Role.ORGANIZER)
    world.publish("gone", state="draft")
    for one in (only, both, every):
        assert world.admin("GET", "/admin/campaigns/gone", authorization=one).status == 200
    assert world.admin("DELETE", "/admin/campaigns/gone").status == 204
    world.publish("gone", state="draft")
    assert world.admin("GET", "/admin/campaigns/gone", authorization=only).status == 401
    assert world.admin("GET", "/admin/campaigns/gone", authorization=both).status == 403
    assert world.admin("GET", PERU, authorization=both).status == 200
    assert world.admin("GET", "/admin/campaigns/gone", authorization=every).status == 200
    entries = world.admin("GET", "/admin/audit").json["entries"]
    assert {(one["act"], *one.get("campaigns", [])) for one in entries} >= {("key revoked",), ("key narrowed", "peru")}


def test_a_campaign_that_was_signed_is_not_deleted_and_its_keys_go_on(world: World) -> None:
    bound = key(Role.ORGANIZER, "peru")
    world.sign()
    assert world.admin("DELETE", PERU).status == 409
    assert world.admin("GET", PERU, authorization=bound).status == 200


def test_where_deleting_fails_the_keys_have_ended_already(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bound = key(Role.ORGANIZER, "peru")

    def fail(*_: object, **__: object) -> None:
        raise ClientError({"Error": {"Code": "InternalServerError", "Message": ""}}, "TransactWriteItems")

    monkeypatch.setattr(type(wiring().campaign_reader.store), "delete", fail)
    assert world.admin("DELETE", PERU).status >= 500
    assert world.admin("GET", PERU, authorization=bound).status == 401


def test_an_admins_key_for_some_campaigns_is_refused(world: World) -> None:
    wanted = {"name": "Ana", "role": "admin", "campaigns": ["peru"]}
    refused = world.admin("POST", "/admin/keys", wanted)
    assert [(one["field"], one["code"]) for one in refused.json["errors"]] == [("campaigns", "admin_key_reaches_all")]
    assert world.admin("POST", "/admin/keys", wanted | {"campaigns": ["*", "peru"]}).status == 422
    assert world.admin("POST", "/admin/keys", wanted | {"campaigns": ["*"]}).status == 201
    assert world.admin("POST", "/admin/keys", wanted | {"role": "organizer"}).status == 201
