"""What the routes of erasure and access take and return."""

from typing import Literal

from typing_extensions import TypedDict

from chalicelib.api.admin.descriptions.exports import ExportId
from chalicelib.api.admin.descriptions.signatures import Signature, WithdrawnSignature
from chalicelib.api.http.operations import Operation, returns_json, takes_json
from chalicelib.api.http.schemas import Address, CampaignId, Count, Day, SponsorId, Stamp
from chalicelib.api.public.descriptions.link_pages import SignedStatement
from chalicelib.domain.signatures.signature import SignatureState


class ErasedSignature(TypedDict):
    """The campaign of an erased signature, and its state before."""

    campaign: CampaignId
    was: SignatureState


class RemovedExport(TypedDict):
    """A deleted file that may have contained one: whoever fetched a copy must be told."""

    campaign: CampaignId
    id: ExportId
    created_at: Stamp


class ErasureReport(TypedDict):
    """What an erasure did; it contains no personal data."""

    erased_at: Stamp
    signatures: list[ErasedSignature]
    exports: list[RemovedExport]
    suppressed: Literal[True]


class HeldSignature(Signature):
    """A signature, its campaign, and the words it was given to. `left_sponsors` lost its consent, each at that time."""

    campaign: CampaignId
    left_sponsors: dict[SponsorId, Stamp]
    statement: SignedStatement | None


class HeldWithdrawnSignature(WithdrawnSignature):
    """What is left of a withdrawn signature, its campaign, and when it ended which sponsor's consent."""

    campaign: CampaignId
    left_sponsors: dict[SponsorId, Stamp]


class AddressStatus(TypedDict, total=False):
    """What is recorded of an address under its hash: why it must not be emailed, or how many emails it had on `day`."""

    suppressed_for: Literal["bounce", "complaint", "unsubscribe", "erasure"]
    suppressed_at: Stamp
    day: Day
    mails: Count


class AccessReport(TypedDict):
    """Everything that is held about one address."""

    as_of: Stamp
    signatures: list[HeldSignature | HeldWithdrawnSignature]
    mail: list[AddressStatus]


TAG = "People's requests"
OPERATIONS = {
    "erase_address": Operation(
        responses={200: returns_json("What was erased.", ErasureReport)}, body=takes_json(Address)
    ),
    "report_on_address": Operation(
        responses={200: returns_json("What is held.", AccessReport)}, body=takes_json(Address)
    ),
}
