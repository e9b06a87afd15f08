"""What the dashboard lets an organiser choose from is what the server takes: its own lists, each name with its words."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.api.admin.descriptions.signatures import Mail, WithdrawnSignature
from chalicelib.api.admin.descriptions.signatures import Signature as SignatureJson
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.access.audit_kinds import KINDS
from chalicelib.domain.campaigns.campaign_documents import CampaignDocument
from chalicelib.domain.counting.tallies import STAGES
from chalicelib.domain.exports.export_rows import ExportFormat
from chalicelib.domain.exports.packets import GroupBy
from chalicelib.domain.paper_sizes import Paper
from chalicelib.domain.signatures.flags import HOLD_REASONS
from chalicelib.domain.signatures.mail_marks import Delivery, Outcome
from chalicelib.domain.signatures.person_fields import ALWAYS_ASKED, PERSON_FIELDS
from chalicelib.domain.signatures.signature import SignatureState
from chalicelib.pages.dashboard import dashboard
from tests.kit.factories import a_document
from tests.pages.outline import Outline
from tests.pages.test_dashboard_assets import MODULES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kit.world import World

# Which words a script asks for with each name of a list.
PREFIXES = {
    "audit_kinds": "audit_",
    "confirmations": "confirmation_",
    "field_types": "type_",
    "flags": "flag_",
    "holdable_flags": "limit_hold_",
    "kinds": "kind_",
    "limits": "limit_",
    "packet_groups": "group_",
    "papers": "paper_",
    "person_fields": "field_",
    "roles": "role_",
    "signature_states": "state_",
    "stages": "stage_",
    "states": "state_",
    "texts": "word_",
}
SCHEMA = CampaignDocument.model_json_schema()


def shell() -> dict[str, Any]:
    """What the page holds for its scripts."""
    page = Outline(dashboard.page("en", base_url="https://api.example").html)
    held: dict[str, Any] = json.loads(page.one("script", id="shell").own)
    return held


def handed_over() -> dict[str, Any]:
    """The lists among it."""
    choices: dict[str, Any] = shell()["choices"]
    return choices


def options(definition: str, name: str = "") -> list[str]:
    """What a campaign document takes, by the schema that checks it."""
    found = SCHEMA["$defs"][definition]
    found = found["properties"][name] if name else found
    names: list[str] = found.get("items", found)["enum"]
    return names


def test_the_page_hands_over_what_campaign_documents_take() -> None:
    choices, definitions = handed_over(), SCHEMA["$defs"]
    assert choices["kinds"] == options("CampaignKind")
    assert choices["states"] == options("CampaignState")
    assert choices["confirmations"] == options("Confirmation")
    assert choices["field_types"] == options("FieldDocument", "type")
    assert list(choices["captchas"]) == options("CaptchaDocument", "provider")
    assert choices["holdable_flags"] == options("LimitsDocument", "hold")
    assert {*choices["limits"], "hold"} == definitions["LimitsDocument"]["properties"].keys()
    assert set(choices["texts"]) == definitions["TextDocument"]["properties"].keys()
    every_field = [{"name": name} for name in choices["person_fields"]]
    assert len(CampaignDocument.model_validate(a_document(fields=every_field)).fields) == len(every_field)


def test_the_page_hands_over_what_the_rest_of_the_api_takes() -> None:
    choices = handed_over()
    assert choices["roles"] == list(Role)
    assert choices["signature_states"] == list(SignatureState)
    assert choices["export_formats"] == list(ExportFormat)
    assert choices["stages"] == list(STAGES)
    assert (choices["packet_groups"], choices["papers"]) == (list(GroupBy), list(Paper))
    assert choices["always_asked"] == list(ALWAYS_ASKED)


def test_a_document_without_the_read_only_keys_is_all_that_organisers_write(world: World) -> None:
    answer = world.admin("GET", "/admin/campaigns/peru").json
    assert answer.keys() - set(handed_over()["read_only_keys"]) == CampaignDocument.model_fields.keys()


@pytest.mark.parametrize(("name", "prefix"), PREFIXES.items())
def test_each_choice_has_its_words(name: str, prefix: str) -> None:
    assert [one for one in handed_over()[name] if f"{prefix}{one}" not in shell()["words"]] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_no_script_keeps_a_list_of_its_own(path: Path) -> None:
    lists = {name: set(one) for name, one in handed_over().items() if name != "language"}
    for literal in re.findall(r'\[((?:"[a-z_]+"(?:, )?)+)\]', path.read_text("utf-8")):
        names = set(re.findall(r'"([a-z_]+)"', literal))
        assert [name for name, one in lists.items() if len(names & one) > 2] == []


def test_everything_stored_about_a_signature_has_words() -> None:
    """Whoever opens a signature reads no name of ours: each field, each outcome, each reason has a sentence."""
    words = set(shell()["words"])
    told = {*SignatureJson.__annotations__, *WithdrawnSignature.__annotations__, *Mail.__annotations__}
    named = {f"field_{name}" if name in {*PERSON_FIELDS, *ALWAYS_ASKED, "email"} else f"fact_{name}" for name in told}
    assert named - words - {"fact_mail", "fact_utm", "fact_shown", "fact_region_name"} == set()
    assert {f"outcome_{one}" for one in Outcome} | {f"delivery_{one}" for one in Delivery} <= words
    assert {f"held_{one}" for one in HOLD_REASONS} | {f"state_{one}" for one in SignatureState} <= words


def test_each_act_in_the_log_has_its_sentence() -> None:
    words = shell()["words"]
    acts = {f"act_{re.sub('[ .]', '_', act)}" for kind in KINDS.values() for act in kind}
    states = {f"act_campaign_now_{state}" for state in handed_over()["states"]}
    sentences = {name for name in words if name.startswith("act_")}
    assert sentences == acts | states | {"act_signed_somebody_out"}
    assert all("{who}" in words[name] for name in sentences - {"act_names_removed"})
