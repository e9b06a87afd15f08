"""What the routes of erasure and access take and answer."""

from typing import Literal

from typing_extensions import TypedDict

from chalicelib.api.admin.descriptions.exports import ExportId
from chalicelib.api.admin.descriptions.signatures import Signature, WithdrawnSignature
from chalicelib.api.http.operations import Operation, returns_json, takes_json
from chalicelib.api.http.schemas import Address, CampaignId, Count, Day, Stamp
from chalicelib.domain.signatures.signature import SignatureState


class ErasedSignature(TypedDict):
    """Where one stood, and its state until now."""

    campaign: CampaignId
    was: SignatureState


class RemovedExport(TypedDict):
    """A file that may have held one: who fetched a copy has to be told."""

    campaign: CampaignId
    id: ExportId
    created_at: Stamp


class ErasureReport(TypedDict):
    """What an erasure did; nothing of the person is in it."""

    erased_at: Stamp
    signatures: list[ErasedSignature]
    exports: list[RemovedExport]
    suppressed: Literal[True]


class HeldSignature(Signature):
    """A signature, and where it stands."""

    campaign: CampaignId


class HeldWithdrawnSignature(WithdrawnSignature):
    """What is left of a withdrawn signature, and where it stood."""

    campaign: CampaignId


class AddressStatus(TypedDict, total=False):
    """What is remembered of an address under its hash: why it must not be mailed, or how many emails it had on `day`."""

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
