"""Every key of both tables is built here and nowhere else (docs/data-model.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.domain.signatures.signature import SignatureKey

CAMPAIGN = "campaign"
API_KEY = "key"
ADDRESS = "address"
AUDIT = "audit"
MEMBER = "member"
# How many members are admins.
ADMINS = ("members", "admins")
BULK_WITHDRAWAL = "withdrawal"
PAPER_SHEET = "sheet"
# Says whether all mail is paused.
MAIL_PAUSE = ("switch#mail", "switch")
TALLY_PREFIX = "tally#"
SUM = "sum"
EXPORT_PREFIX = "export#"
UPDATE_PREFIX = "update#"


def signature_key(key: SignatureKey) -> tuple[str, str]:
    """A signature's key in the Signatures table."""
    return partition(key.campaign, key.bucket), key.id


def partition(campaign: str, bucket: int) -> str:
    """The partition of one bucket of a campaign in the Signatures table."""
    return f"{campaign}#{bucket}"


def parse_partition(pk: str) -> tuple[str, int]:
    """The campaign and the bucket in a partition's name."""
    campaign, _, bucket = pk.rpartition("#")
    return campaign, int(bucket)


def campaign_key(campaign: str) -> tuple[str, str]:
    """A campaign; its tallies share the partition, so that one query reads both."""
    return f"campaign#{campaign}", CAMPAIGN


def tally_key(campaign: str, bucket: int) -> tuple[str, str]:
    """The counters of one bucket."""
    return f"campaign#{campaign}", f"{TALLY_PREFIX}{bucket:02}"


def sum_key(campaign: str) -> tuple[str, str]:
    """The sum of its tallies; between the campaign and them, so that one query reads only the campaign and the sum."""
    return f"campaign#{campaign}", SUM


def sum_claim_key(campaign: str) -> tuple[str, str]:
    """Says until when somebody is adding up that sum, apart from it: a refused write costs as much as the item is large."""
    return f"sum#{campaign}", "claim"


def left_key(key: SignatureKey) -> tuple[str, str]:
    """Says that a signature was withdrawn or erased, when nothing else of it is left."""
    return f"left#{key.campaign}#{key.bucket}", key.id


def labels_key(campaign: str) -> tuple[str, str]:
    """The labels that a campaign's counters may have, apart from the campaign, as in `statement_key`."""
    return f"labels#{campaign}", "labels"


def comments_key(campaign: str) -> tuple[str, str]:
    """The comments of a campaign that were approved lately, apart from the campaign, as in `labels_key`."""
    return f"comments#{campaign}", "comments"


def api_key_key(key: str) -> tuple[str, str]:
    """An API key."""
    return f"key#{key}", API_KEY


def session_type(member: str) -> str:
    """The type under which the sessions of a member are listed; each is under `api_key_key`."""
    return f"session#{member}"


def member_key(member: str) -> tuple[str, str]:
    """A member."""
    return f"member#{member}", MEMBER


def member_address_key(address_hash: str) -> tuple[str, str]:
    """Whose address this is, under a hash that no other use of the address shares."""
    return f"member-address#{address_hash}", "address"


def sign_in_key(address_hash: str) -> tuple[str, str]:
    """The newest email to an address that wants to sign in, or the codes that were tried for it."""
    return f"sign-in#{address_hash}", "sign-in"


def address_key(address_hash: str) -> tuple[str, str]:
    """An address's suppression and its emails of today, under the address's hash."""
    return f"address#{address_hash}", ADDRESS


def statement_key(campaign: str, version: int) -> tuple[str, str]:
    """A version of a campaign's statement, apart from the campaign, whose whole partition is read when somebody signs."""
    return f"text#{campaign}", f"text#{version:06}"


def audit_key(entry: str) -> tuple[str, str]:
    """An audit entry."""
    return f"audit#{entry}", AUDIT


def bulk_withdrawal_key(campaign: str, withdrawal: str) -> tuple[str, str]:
    """A bulk withdrawal; ids begin with the time, so that a query can return the newest first."""
    return f"withdrawal#{campaign}", f"withdrawal#{withdrawal}"


def paper_sheet_key(campaign: str, sheet: str) -> tuple[str, str]:
    """A sheet of paper signatures; ids begin with the time, so that a query can return the newest first."""
    return f"sheet#{campaign}", f"sheet#{sheet}"


def paper_batch_key(campaign: str, sheet: str, number: int) -> tuple[str, str]:
    """Which signatures were entered from a sheet, in its batch of that number."""
    return f"batch#{campaign}#{sheet}", f"batch#{number:06}"


def export_key(campaign: str, export: str) -> tuple[str, str]:
    """An export; ids begin with the time, so that a query can return the newest first."""
    return f"export#{campaign}", f"{EXPORT_PREFIX}{export}"


def export_request_key(campaign: str, digest: str) -> tuple[str, str]:
    """Which export last answered a request."""
    return f"export#{campaign}", f"request#{digest}"


def update_key(campaign: str, update: str) -> tuple[str, str]:
    """An update to signers; ids begin with the time, so that a query can return the newest first."""
    return f"update#{campaign}", f"{UPDATE_PREFIX}{update}"


def update_words_key(campaign: str, update: str, language: str) -> tuple[str, str]:
    """The words of an update in one language."""
    return f"update#{campaign}", f"words#{update}#{language}"


def update_bucket_key(campaign: str, update: str, bucket: int) -> tuple[str, str]:
    """How far an update has been sent in one bucket; all buckets and figures of an update share a partition."""
    return f"mailing#{campaign}#{update}", f"bucket#{bucket:02}"


def update_figures_key(campaign: str, update: str, bucket: int) -> tuple[str, str]:
    """What became of an update's emails in one bucket, apart from where its worker writes."""
    return f"mailing#{campaign}#{update}", f"figures#{bucket:02}"


def update_mark_partition(campaign: str, update: str, bucket: int) -> str:
    """Who of one bucket has had an update, each under the id of the signature."""
    return f"mailed#{campaign}#{update}#{bucket}"


def mail_counter_key(kind: str, name: str, day: str) -> tuple[str, str]:
    """How many emails a network, a domain or a campaign has caused on a day."""
    return f"limit#{kind}#{name}#{day}", "limit"


def notices_of(member: str) -> str:
    """The partition of what a member is told about campaigns."""
    return f"notice#{member}"


def refused_origins_key(campaign: str, day: str) -> tuple[str, str]:
    """The sites whose forms a campaign refused on a day."""
    return f"refused#{campaign}#{day}", "refused"


def anomaly_key(campaign: str) -> tuple[str, str]:
    """A campaign's recent anomalies."""
    return f"trend#{campaign}", "trend"


def checkpoint_key(job: str) -> tuple[str, str]:
    """How far a long job has come."""
    return f"progress#{job}", "progress"
