"""Every key of both tables is built here and nowhere else (docs/data-model.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.domain.signatures.signature import SignatureKey

CAMPAIGN = "campaign"
API_KEY = "key"
ADDRESS = "address"
AUDIT = "audit"
# Where it stands whether all mail is paused.
MAIL_PAUSE = ("switch#mail", "switch")
TALLY_PREFIX = "tally#"
EXPORT_PREFIX = "export#"


def signature_key(key: SignatureKey) -> tuple[str, str]:
    """Where a signature is, in the Signatures table."""
    return partition(key.campaign, key.bucket), key.id


def partition(campaign: str, bucket: int) -> str:
    """One bucket of a campaign, in the Signatures table."""
    return f"{campaign}#{bucket}"


def parse_partition(pk: str) -> tuple[str, int]:
    """The campaign and bucket that a partition's name says."""
    campaign, _, bucket = pk.rpartition("#")
    return campaign, int(bucket)


def campaign_key(campaign: str) -> tuple[str, str]:
    """Where a campaign is; its tallies lie beside it, so that one query reads both."""
    return f"campaign#{campaign}", CAMPAIGN


def tally_key(campaign: str, bucket: int) -> tuple[str, str]:
    """Where one bucket's counters are."""
    return f"campaign#{campaign}", f"{TALLY_PREFIX}{bucket:02}"


def api_key_key(key: str) -> tuple[str, str]:
    """Where an API key is."""
    return f"key#{key}", API_KEY


def address_key(address_hash: str) -> tuple[str, str]:
    """Where an address's suppression and today's mails are, under its hash."""
    return f"address#{address_hash}", ADDRESS


def statement_key(campaign: str, version: int) -> tuple[str, str]:
    """Where a version of a campaign's statement is; not beside the campaign, which signing reads whole."""
    return f"text#{campaign}", f"text#{version:06}"


def audit_key(entry: str) -> tuple[str, str]:
    """Where an audit entry is."""
    return f"audit#{entry}", AUDIT


def export_key(campaign: str, export: str) -> tuple[str, str]:
    """Where an export is; ids begin with the time, so that a query finds the newest first."""
    return f"export#{campaign}", f"{EXPORT_PREFIX}{export}"


def export_request_key(campaign: str, digest: str) -> tuple[str, str]:
    """Where it stands which export last answered a request."""
    return f"export#{campaign}", f"request#{digest}"


def mail_counter_key(kind: str, name: str, day: str) -> tuple[str, str]:
    """Where it is counted how many mails a network, a domain or a campaign caused on a day."""
    return f"limit#{kind}#{name}#{day}", "limit"


def anomaly_key(campaign: str) -> tuple[str, str]:
    """Where it stands what was noticed of a campaign lately."""
    return f"trend#{campaign}", "trend"


def checkpoint_key(job: str) -> tuple[str, str]:
    """Where a long job notes how far it came."""
    return f"progress#{job}", "progress"
