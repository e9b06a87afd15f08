"""Finds when one origin sends an unlikely share of the signatures: plain arithmetic, with no names involved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.email_addresses import domain_of
from chalicelib.domain.addresses.mail_providers import MAIL_PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.counting.tallies import Tally
    from chalicelib.domain.signatures.signature import Signature

MIN_SIGNATURES = 50
UNLIKELY_SHARE = 0.5
# A source is suspicious only where it is unusual: a campaign with a single form has a single source.
USUAL_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One origin (`kind`: `network`, `domain` or `source`) sent an unlikely `share` (0 to 1) of these `signatures`.

    `label` is the day's pseudonym of a network, or a source. It is empty for an email domain, which may be one person's
    own.
    """

    kind: str
    share: float
    signatures: int
    label: str = ""


def find_anomalies(signatures: Sequence[Signature], tally: Tally) -> Iterator[Anomaly]:
    """What is unlikely about these recent `signatures`, compared with the campaign's `tally` so far."""
    if len(signatures) < MIN_SIGNATURES:
        return
    origins = {
        "network": [one.network for one in signatures],
        "domain": [domain for one in signatures if (domain := domain_of(one.email)) not in MAIL_PROVIDERS],
        "source": [one.source for one in signatures],
    }
    for kind, labels in origins.items():
        ((label, n),) = Counter(filter(None, labels)).most_common(1) or [("", 0)]
        share = n / len(signatures)
        if share > UNLIKELY_SHARE and not (kind == "source" and _is_usual(label, tally)):
            yield Anomaly(kind, round(share, 2), len(signatures), "" if kind == "domain" else label)


def _is_usual(source: str, tally: Tally) -> bool:
    return tally.confirmed < MIN_SIGNATURES or tally.count(f"source:{source}") > USUAL_SHARE * tally.confirmed
