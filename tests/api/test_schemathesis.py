"""Thousands of requests made from `/openapi.json`, good and bad: the answers are as described, and nothing breaks.

What schemathesis finds all the same is explained in one list.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.access.signed_links import Purpose
from chalicelib.domain.signatures.person_fields import PERSON_FIELDS
from chalicelib.wiring import wiring
from tests.kit.fuzzing import findings
from tests.kit.openapi_description import described
from tests.kit.pictures import a_file, uploaded

if TYPE_CHECKING:
    from tests.kit.fuzzing import Finding
    from tests.kit.world import World

pytestmark = pytest.mark.slow
SIGN = r"POST /campaigns/{campaign}/signatures"
RULES = "bad_value|email_beyond_ascii|sender_name_too_long|archived_while_open|bad_field_name|bad_moment|bad_origin|bad_time_zone|bad_url|closes_before_it_opens|comments_without_names|control_characters|default_language_missing|never_changes|not_an_email|not_for_known_fields|only_for_select|origin_with_path|select_without_options|twice|without_label|without_translation"  # fmt: skip
DOCUMENTS = r"(PUT|POST|PATCH) /admin/campaigns/{campaign}(/preview)?"


@dataclass(frozen=True)
class Explained:
    """What is no fault: a failed `check` of operations like `where` for a reason like `told`."""

    check: str
    where: str
    told: str
    why: str

    def covers(self, finding: Finding, reason: str) -> bool:
        is_about = re.fullmatch(self.check, finding.check) and re.fullmatch(self.where, finding.operation)
        return bool(is_about and re.fullmatch(self.told, reason))


EXPLAINED = (
    Explained("unsupported_method", ".*", "not_found",
              "API Gateway knows a method only together with its path: both are a 404"),
    Explained("not_a_server_error", "GET /oembed", "format_not_offered",
              "oEmbed 1.0, 2.3.3, asks for 501"),
    Explained("(not_a_server_error|positive_data_acceptance)", "GET /admin/campaigns/{campaign}/sheet.pdf", "being_made",
              "Another function sets it, in a few seconds"),
    Explained("positive_data_acceptance", "GET /admin/campaigns/{campaign}/sheet.pdf", "lang:not_an_option",
              "Every route takes `lang`; here it is a language of the campaign"),
    Explained("use_after_free", "GET /admin/campaigns/{campaign}/(exports|packets)/{id}", "accepted",
              "An export whose file was deleted says so for 30 days"),
    Explained("use_after_free", "GET /admin/campaigns/{campaign}/signatures/{id}", "accepted",
              "What is left of a withdrawn signature says so for 30 days"),
    Explained("negative_data_rejection", rf"{SIGN}|POST /(manage|confirm)/{{token}}", "accepted",
              "Forms are read kindly: a number is text, and what a signer cannot see is cleaned or ignored"),
    Explained("negative_data_rejection", "POST /sign/{campaign}", "accepted",
              "A form is shown again however little of it is filled in"),
    Explained("positive_data_acceptance", SIGN, "consents:bad_consent|_next:next_not_allowed",
              "Sponsors are the campaign's own, and so are the sites that it may lead to"),
    Explained("positive_data_acceptance", "POST /admin/campaigns/{campaign}/signatures/withdraw",
              "cursor:bad_cursor|network:missing|to:ends_before_it_begins|(from|to):bad_day",
              "A flood is told by something, its days are in order, and a cursor is of one list"),
    Explained("positive_data_acceptance", "POST /admin/campaigns/{campaign}/withdrawals/{id}/undo", "cursor:bad_cursor",
              "A cursor is of one list"),
    Explained("positive_data_acceptance", "POST /admin/campaigns/{campaign}/sheets/{id}/undo", "cursor:bad_cursor",
              "A cursor is of one sheet"),
    Explained("positive_data_acceptance", "POST /admin/campaigns/{campaign}/sheets/read",
              "file:sheet_[a-z_]+|content:sheet_not_text",
              "What base64 says is a sheet, or it is not"),
    Explained("negative_data_rejection", "POST /admin/campaigns/{campaign}/sheets(/check)?", "accepted",
              "What is wrong with a row is said of that row, and the others are looked at"),
    Explained("positive_data_acceptance", "GET /admin/audit", "cursor:bad_cursor",
              "A cursor is a position in the log"),
    Explained("positive_data_acceptance", ".*", "(?s:.*):duplicate_field",
              "A field of a form stands once"),
    Explained("positive_data_acceptance", ".*", "email:not_an_email",
              "Some addresses of the right form cannot be: their domain is reserved, or has no dot"),
    Explained("positive_data_acceptance", ".*", "(since|expires_at|opens_at|closes_at|form_shown_at):(bad_moment|bad_moment_or_day|in_the_past|in_the_future)",
              "A moment lies between 2000 and 2200, some in the past, some in the future: no format says so"),
    Explained("positive_data_acceptance", DOCUMENTS, rf"[a-z_]+(\.[^:]+)?:({RULES})",
              "Rules between keys: languages, labels, options, dates; IANA's zones; empty or else an address"),
    Explained("positive_data_acceptance", DOCUMENTS, r"[a-z_]+(\.[^:]+)?:missing",
              "What is made of characters that nobody can see is not there"),
    Explained("positive_data_acceptance", "GET /admin/campaigns/{campaign}/signatures", "to:ends_before_it_begins|(from|to):bad_day|cursor:bad_cursor",
              "A span ends after it begins, and its days are as moments are"),
    Explained("negative_data_rejection", r"GET /admin/campaigns/{campaign}/(counts|signatures)|GET /admin/audit", "accepted",
              "A parameter without a value is one that was not given"),
    Explained("negative_data_rejection", r"(GET|POST) /admin/campaigns/{campaign}/(emails/{kind}(/preview)?|test-signatures|updates/preview)", "accepted",
              "The same"),
    Explained("positive_data_acceptance", r"(GET|POST) /admin/campaigns/{campaign}/(emails/{kind}(/preview|/test)?|updates/preview)",
              "language:not_an_option|(subject|opening|closing|body):(control_characters|missing)",
              "The languages are the campaign's own; words are what can be seen"),
    Explained("positive_data_acceptance", "(POST|PATCH) /admin/campaigns/{campaign}/updates(/{id})?",
              r"audience\.countries\.\d+:not_a_country|audience\.languages\.\d+:not_an_option|texts\.[^.:]+:(update_without_language|language_without_text)|texts\.[^.:]+\.(subject|body):(control_characters|missing)",
              "Countries are those that there are, languages the campaign's own, each with words that can be seen"),
    Explained("positive_data_acceptance", DOCUMENTS, r"(picture|logo)\.(id:picture_unknown|alt\.[^.:]+:without_alt)",
              "A picture is there, or it is not, and is described in the campaign's languages"),
    Explained("positive_data_acceptance", DOCUMENTS, r"delivered\.\d+\.(date:(bad_day|in_the_future)|url:not_https)",
              "It was handed over on a day that has come; addresses begin with https"),
    Explained("positive_data_acceptance", "POST /admin/campaigns/{campaign}/pictures", "size:picture_over_10_mb",
              "The code says more than that a number is too large"),
    Explained("positive_data_acceptance", "PUT /admin/campaigns/{campaign}/uploads/{upload}/{part}", "body:missing",
              "No part of a file is empty"),
    Explained("negative_data_rejection", "PUT /admin/campaigns/{campaign}/uploads/{upload}/{part}", "accepted",
              "Bytes are bytes, whatever their type is said to be"),
    Explained("positive_data_acceptance", "PUT /admin/campaigns/{campaign}/uploads/{upload}/{part}", "body:missing",
              "A part holds at least one byte"),
    Explained("positive_data_acceptance", DOCUMENTS, "show_comments:comments_without_names",
              "Comments are shown beside names"),
    Explained("positive_data_acceptance", "POST /admin/campaigns/{campaign}/updates/audience", r"countries\.\d+:not_a_country|languages\.\d+:not_an_option",
              "The same"),
    Explained("positive_data_acceptance", "POST /admin/campaigns/{campaign}/packets", "target:control_characters",
              "A target is what can be seen"),
    Explained("positive_data_acceptance", "POST /admin/campaigns/{campaign}/packets", "names:names_stay_here",
              "Everybody's names are handed over where the campaign says so"),
    Explained("positive_data_acceptance", "GET /admin/campaigns/{campaign}/snippets", "source:bad_source",
              "A source is a label"),
    Explained("positive_data_acceptance", "POST /admin/campaigns/{campaign}/signatures/search", "cursor:bad_cursor|name:missing",
              "A cursor is a position in the list; a name is what can be seen"),
    Explained("positive_data_acceptance", "POST /admin/campaigns/{campaign}/signatures/odd-names", "cursor:bad_cursor",
              "A cursor is a position in the list"),
    Explained("positive_data_acceptance", "(PATCH /admin/campaigns/{campaign}/signatures/{id}|POST /admin/campaigns/{campaign}/signatures/hide)", "(reason|comment):(missing|control_characters)",
              "Hiding a name needs a reason; a reason is what can be seen"),
    Explained("use_after_free", "PATCH /admin/campaigns/{campaign}/signatures/{id}", "accepted",
              "What is left of a withdrawn signature says so for 30 days"),
    Explained("positive_data_acceptance", "POST /admin/keys", "sponsor:sponsor_key_too_wide|campaigns:admin_key_reaches_all|name:(missing|control_characters)",
              "A sponsor's key names its campaigns, an admin's none; a name is what can be seen"),
    Explained("positive_data_acceptance", "(POST|PATCH) /admin/members(/{member})?",
              "sponsor:sponsor_key_too_wide|campaigns:admin_key_reaches_all|name:(missing|control_characters|leading_symbol|url_in_name)",
              "As for keys; and a name is a person's"),
    Explained("positive_data_acceptance", "GET /admin/audit", "campaign:bad_campaign_id|day:bad_day",
              "A day is one of the calendar"),
    Explained("positive_data_acceptance", "POST /admin/campaigns/{campaign}/packets", "language:not_an_option",
              "A packet is in a language that the catalogues have"),
    Explained("positive_data_acceptance", "POST /admin/campaigns/{campaign}/exports", "since:(too_old|delivered_whole|no_changes_of_state)|(sponsor|state):not_an_option|separator:only_for_csv",
              "Withdrawals are remembered for 30 days; sponsors are the campaign's own; those delivered have confirmed"),
    Explained("positive_data_acceptance", "POST /admin/campaigns/{campaign}/signatures",
              "given_name:missing|consents:bad_consent|signed_on:(bad_day|in_the_future)|reference:(bad_reference|reference_taken)|body:unknown_field",
              "Somebody is named, on a day that has come, and answers what the campaign asks"),
)  # fmt: skip


@pytest.fixture
def signed(world: World) -> World:
    """A campaign that asks for all and requires nothing; one signature waits for its confirmation, one counts."""
    fields = [*({"name": name} for name in PERSON_FIELDS), {"name": "custom.chapter", "label": {"en": "Chapter"}}]
    world.publish(fields=fields)
    world.sign_and_confirm(email="ben@example.org")
    world.sign(email="ana@example.org")
    world.drain()
    return world


def _real(world: World) -> dict[str, dict[str, list[str]]]:
    """What really exists, for the parameters of a path: by the parameter, then by what stands in front of it."""
    signatures = world.admin("GET", "/admin/campaigns/peru/signatures").json["signatures"]
    export = world.admin("POST", "/admin/campaigns/peru/exports", {"format": "csv"}).json
    packet = world.admin("POST", "/admin/campaigns/peru/packets", {}).json
    _, thanks, asking = world.ses.sent
    mails = {"confirm": asking, "withdraw": asking, "unsubscribe": asking, "manage": thanks}
    links = {purpose: mail.link(purpose).partition("?")[0] for purpose, mail in mails.items()}
    world.sign(email="eva@example.org", source="flood")
    withdrawn = world.admin("POST", "/admin/campaigns/peru/signatures/withdraw", {"source": "flood"}).json["withdrawal"]
    rows = [{"given_name": "Rosa", "reference": "1/1"}]
    sheet = world.admin("POST", "/admin/campaigns/peru/sheets", {"rows": rows}).json["sheet"]
    spare, _ = wiring().keyring.create("spare", Role.READER)
    person = {"email": "olga@example.org", "name": "Olga", "role": "organizer"}
    member = world.admin("POST", "/admin/members", person).json["id"]
    tokens = {purpose: [link.rpartition("/")[2]] for purpose, link in links.items()}
    made = uploaded(world, a_file())
    return {
        "campaign": {"": ["peru"]},
        "id": {
            "signatures": [one["id"] for one in signatures],
            "exports": [export["id"]],
            "packets": [packet["id"]],
            "withdrawals": [withdrawn],
            "sheets": [sheet],
            "updates": ["u" * 12],
            "pictures": [made["id"]],
        },
        "token": {
            **tokens,
            "preview": [wiring().preview_links.make("peru")[0]],
            "leave-updates": tokens["unsubscribe"],
            "notices": [wiring().links().token(Purpose.NOTICES, member, now=world.now)],
        },
        "picture": {"": [made["picture"]]},
        "key": {"": [spare.id]},
        "member": {"": [member]},
        "session": {"": ["current"]},
        "version": {"texts": ["1"], "assets": ["0" * 16]},
        "name": {"": ["base.css"]},
    }


def _document(real: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
    """The description with real things in paths, without what only makes many requests of the same kind."""
    document = copy.deepcopy(described().document)
    del document["servers"]
    schemas = document["components"]["schemas"]
    schemas["Country"]["enum"] = ["PE", "US"]
    # A cursor is of one list with one set of filters; tests of their own follow them.
    schemas["HeldSelection"]["properties"].pop("cursor")
    whole = schemas["CampaignDocument"]["properties"]
    schemas["CampaignPatch"]["properties"] = {name: whole[name] for name in ("goal", "show_count", "targets")}
    for path, methods in document["paths"].items():
        for operation in methods.values():
            operation["parameters"] = [one for one in operation["parameters"] if one.get("name") != "cursor"]
            for parameter in operation["parameters"]:
                if parameter.get("in") == "path" and parameter["name"] in real:
                    before = path.partition(f"/{{{parameter['name']}}}")[0].rpartition("/")[2]
                    known = real[parameter["name"]]
                    parameter["schema"] = {"type": "string", "enum": known.get(before) or known[""]}
    return document


def _is_explained(finding: Finding) -> bool:
    return all(any(one.covers(finding, reason) for one in EXPLAINED) for reason in finding.told)


def test_with_a_key_and_real_ids_nothing_is_found_that_is_not_explained(signed: World) -> None:
    document = _document(_real(signed))
    requests, found = findings(signed, document, Authorization=f"Bearer {signed.admin_key}", Accept="application/json")
    assert requests > 2000
    unexplained = [one for one in found if not _is_explained(one)]
    kinds = sorted({(one.check, one.operation, one.told) for one in unexplained})
    assert not kinds, "\n".join(map(str, kinds))


def test_without_a_key_organisers_routes_refuse_whatever_comes(signed: World) -> None:
    document = _document(_real(signed))
    public = ("/admin/sign-in", "/admin/sessions")
    document["paths"] = {
        path: {method: one for method, one in methods.items() if (path in public, method) != (True, "post")}
        for path, methods in document["paths"].items()
        if path.startswith("/admin")
    }
    before = signed.items(signed.resources.registry_table), signed.signatures()
    requests, found = findings(signed, document)
    assert requests > 1000
    assert [one for one in found if one.check != "unsupported_method"] == []
    assert (signed.items(signed.resources.registry_table), signed.signatures()) == before
