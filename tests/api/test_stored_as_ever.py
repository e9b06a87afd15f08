"""What a form leaves in the table, byte for byte: ids and hashes that change would make strangers of those who signed before."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from hypothesis import given
from hypothesis import strategies as st

from chalicelib import log
from chalicelib.domain.abuse.form_timestamps import form_token
from chalicelib.domain.counting.tallies import Tally
from chalicelib.services.campaigns.campaign_reader import CampaignSnapshot
from chalicelib.services.campaigns.label_admission import LabelAdmission
from chalicelib.services.signatures.signing import Signing, SignRequest
from chalicelib.storage.dynamodb.table import Table
from chalicelib.storage.signatures.signature_items import COMMENT_MARKS, FORM_ATTRIBUTES, HOLD_MARKS, WITHDRAWAL_MARKS
from chalicelib.storage.signatures.signatures import Signatures
from tests.kit.factories import CONFIRMED, NOW, PENDING, a_campaign, a_form, a_signature

if TYPE_CHECKING:
    from chalicelib.domain.signatures.signature import Signature

PEPPER = b"pepper"
PLACES = {"campaign": "peru", "client_ip": "203.0.113.9", "accept_language": "es"}
# As of November 2026.
KEY: dict[str, Any] = {"pk": {"S": "peru#2"}, "sk": {"S": "5kke7ibewccwfpptzq3rnwmevmcgfep4"}}
FULL: dict[str, Any] = {
    "asked_at": {"S": "2026-11-23T12:00:00.000000Z"},
    "changed_at": {"S": "2026-11-23T12:00:00.000000Z"},
    "comment": {"S": "No queremos  tropas.\nNunca."},
    "consents": {"L": [{"S": "cidydh"}, {"S": "wbw"}]},
    "country": {"S": "PE"},
    "custom": {"M": {"chapter": {"S": "Lima"}}},
    "email": {"S": "Ana.Quispe+peru@GoogleMail.com"},
    "epoch": {"N": "1795435200"},
    "expires_at": {"N": "1798027200"},
    "family_name": {"S": "Quispe"},
    "fingerprint": {"S": "tlj7sxqifu2j"},
    "flags": {"L": [{"S": "fast"}]},
    "form_shown_at": {"S": "2026-11-23T12:00:00.000000Z"},
    "given_name": {"S": "María José"},
    "language": {"S": "es"},
    "network": {"S": "ruwycocazseyij34"},
    "pending": {"S": "pending"},
    "public": {"BOOL": True},
    "referrer": {"S": "https://example.org/a"},
    "request": {"S": "the-request"},
    "source": {"S": "newsletter"},
    "source_is_new": {"BOOL": True},
    "state": {"S": "pending"},
    "text_sha256": {"S": "5456db9a06f42c705b177a1d97544e502aa43e4a90b75abe2fcc94e35919d4b5"},
    "text_version": {"N": "1"},
    "updates_at": {"S": "2026-11-23T12:00:00.000000Z"},
    "utm": {"M": {"utm_campaign": {"S": "autumn"}, "utm_source": {"S": "forum"}}},
    "withdrawn": {"S": "withdrawn"},
}
BARE: dict[str, Any] = {
    "asked_at": {"S": "2026-11-23T12:00:00.000000Z"},
    "changed_at": {"S": "2026-11-23T12:00:00.000000Z"},
    "confirmed_at": {"S": "2026-11-23T12:00:00.000000Z"},
    "country": {"S": "PE"},
    "day": {"S": "2026-11-23"},
    "email": {"S": "ana@example.org"},
    "epoch": {"N": "1795435200"},
    "fingerprint": {"S": "cgznbbv2yfy3"},
    "given_name": {"S": "José"},
    "language": {"S": "es"},
    "network": {"S": "ruwycocazseyij34"},
    "pending": {"S": "pending"},
    "request": {"S": "the-request"},
    "state": {"S": "confirmed"},
    "text_sha256": {"S": "5456db9a06f42c705b177a1d97544e502aa43e4a90b75abe2fcc94e35919d4b5"},
    "text_version": {"N": "1"},
    "withdrawn": {"S": "withdrawn"},
}


class Recorder:
    """A client that keeps the last write."""

    def __init__(self) -> None:
        self.request: dict[str, Any] = {}

    def update_item(self, **request: Any) -> dict[str, Any]:
        self.request = request
        return {}

    def values(self) -> dict[str, Any]:
        return {name.removeprefix(":"): value for name, value in self.request["ExpressionAttributeValues"].items()}


def the_write(form: dict[str, Any], **changes: Any) -> Recorder:
    recorder = Recorder()
    snapshot = CampaignSnapshot(a_campaign(**changes), Tally({}), NOW)
    signing = Signing(
        campaign_reader=cast("Any", SimpleNamespace(get_snapshot=lambda _: snapshot)),
        signatures=Signatures(Table(recorder, "signatures"), cast("Any", None)),
        mail_marks=cast("Any", None),
        pepper=lambda: PEPPER,
        label_admission=lambda: LabelAdmission(cast("Any", None), lambda: NOW),
        captcha_verification=cast("Any", None),
        site_refusals=cast("Any", None),
        signing_tests=cast("Any", None),
        clock=lambda: NOW,
    )
    with log.for_request("the-request"):
        signing.sign(SignRequest(form_values=form, **PLACES))
    return recorder


def test_a_full_form() -> None:
    form = a_form(
        email="Ana.Quispe+peru@GoogleMail.com",
        given_name="María José",
        comment="No queremos  tropas.\nNunca.",
        consents=["wbw", "cidydh"],
        public=True,
        updates="on",
        source="News Letter!",
        utm_source="forum",
        utm_campaign="autumn",
        referrer="https://example.org/\u2028a",
        _shown=form_token(PEPPER, "peru", NOW),
        **{"custom.chapter": "Lima"},
    )
    write = the_write(form, ask_updates=True)
    assert write.request["Key"] == KEY
    assert write.values() == FULL


def test_a_bare_form() -> None:
    write = the_write(
        {"email": "ana@example.org", "given_name": " Jose\u0301 ", "country": "pe"}, confirmation="single"
    )
    assert write.values() == BARE


OPTIONAL = {
    "answers": st.dictionaries(st.sampled_from(["given_name", "comment", "custom.chapter"]), st.just("x")),
    "public": st.booleans(),
    "consents": st.sampled_from([(), ("wbw",)]),
    "updates_at": st.sampled_from([None, NOW]),
    "flags": st.sampled_from([(), ("fast",)]),
    "state": st.sampled_from([PENDING, CONFIRMED]),
    **{name: st.sampled_from(["", "x"]) for name in ("source", "referrer", "network", "form_shown_at", "day")},
}


@given(st.fixed_dictionaries(OPTIONAL).map(lambda facts: a_signature(**facts)))
def test_every_attribute_of_a_form_is_either_set_or_removed(signature: Signature) -> None:
    recorder = Recorder()
    Signatures(Table(recorder, "signatures"), cast("Any", None)).sign(signature, now=NOW)
    sets, _, removes = recorder.request["UpdateExpression"].partition(" REMOVE ")
    names = [one.split(" = ")[0] for one in sets.removeprefix("SET ").split(", #")]
    is_set = {name.removeprefix("#") for name in names}
    is_removed = {name.removeprefix("#") for name in removes.split(", ")}
    assert is_set & is_removed == set()
    assert is_set | is_removed >= {
        *FORM_ATTRIBUTES,
        *HOLD_MARKS,
        *WITHDRAWAL_MARKS,
        *COMMENT_MARKS,
        "expires_at",
        "signed_at",
    }
    assert is_set - {"signed_at"} == recorder.values().keys() - {"pending", "withdrawn", "epoch"}
    assert recorder.request["ExpressionAttributeNames"].keys() >= {f"#{name}" for name in is_set | is_removed}
