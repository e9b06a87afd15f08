"""Finds signatures for organisers: in pages, newest first, at a bounded cost; by id; by address. It never changes one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.domain.addresses.email_addresses import MAX_EMAIL_LENGTH, valid_email
from chalicelib.domain.addresses.keyed_hashes import ID_LENGTH, hash_pattern
from chalicelib.domain.errors import InvalidFields, NotFound
from chalicelib.domain.signatures.signature_filters import is_visible_to
from chalicelib.services.signatures.signature_keys import signature_keys
from chalicelib.storage.signatures.timeline import (
    BY_HOLD_TIME,
    BY_TIME,
    EARLIEST,
    LATEST,
    TIME_RESOLUTION,
    Span,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.access.api_keys import ApiKey
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.signatures.signature import Signature
    from chalicelib.domain.signatures.signature_filters import SignatureFilters
    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.services.signatures.list_cursors import ListCursors
    from chalicelib.storage.signatures.signatures import Signatures
    from chalicelib.storage.signatures.timeline import Timeline

# How many signatures are examined for one page; a page that found few still has a cursor.
MAX_EXAMINED = 500
BATCH_SIZE = 100  # one BatchGetItem
# A page ends when its JSON is about so long: Lambda answers with 6 MB at the most, and four long answers in Arabic take 46 KB.
MAX_PAGE_BYTES = 1024 * 1024
ID = re.compile(hash_pattern(ID_LENGTH))


@dataclass(frozen=True, slots=True)
class Page:
    """Some signatures, the cursor of the next page (None when there is none), and how many were examined for it."""

    signatures: tuple[Signature, ...]
    cursor: str | None
    examined: int = 0


@dataclass(slots=True)
class SignatureSearch:
    """Finds signatures for organisers."""

    campaign_reader: CampaignReader
    signatures: Signatures
    timeline: Timeline
    cursors: ListCursors
    pepper: Callable[[], bytes]
    clock: Callable[[], datetime]

    def page(self, campaign_id: str, filters: SignatureFilters, *, limit: int, cursor: str | None) -> Page:
        """Returns up to `limit` signatures, or about a megabyte, after `cursor`, newest first, held ones by when they were held.

        Raises CampaignNotFound, InvalidFields.
        """
        campaign = self.campaign_reader.get(campaign_id)
        after = self.cursors.read(cursor, campaign.id, filters.digest()) if cursor else None
        max_positions = MAX_EXAMINED if filters.is_selective else limit
        order = BY_HOLD_TIME if filters.held else BY_TIME
        positions = self.timeline.positions(
            campaign, limit=max_positions, span=_span(campaign, filters), after=after, order=order
        )
        matches: list[Signature] = []
        examined, size, now = 0, 0, self.clock()
        while len(matches) < limit and size < MAX_PAGE_BYTES and examined < MAX_EXAMINED:
            batch = list(
                islice(positions, BATCH_SIZE if filters.is_selective else min(BATCH_SIZE, limit - len(matches)))
            )
            if not batch:
                return Page(tuple(matches), None, examined)
            for position, signature in zip(batch, self.timeline.read(campaign, batch), strict=True):
                after, examined = position, examined + 1
                if signature is not None and filters.matches(signature, now):
                    matches.append(signature)
                    size += _size(signature)
                if len(matches) == limit or size >= MAX_PAGE_BYTES:
                    break
        has_more = after != batch[-1] or next(positions, None) is not None
        cursor = self.cursors.make(after, campaign.id, filters.digest()) if after and has_more else None
        return Page(tuple(matches), cursor, examined)

    def find_by_email(self, campaign_id: str, email: object, key: ApiKey) -> list[Signature]:
        """Returns the signature of an address, however it is spelled, as a list of one or none. Raises InvalidFields.

        Of two, if spellings that were once two people's have both signed.
        """
        campaign = self.campaign_reader.get(campaign_id)
        keys = signature_keys(self.pepper(), campaign, parse_email_address(email))
        return [signature for one in keys if (signature := self._find_visible(campaign, one.id, key))]

    def get(self, campaign_id: str, signature_id: str, key: ApiKey) -> tuple[Campaign, Signature]:
        """Returns one signature by a consistent read. Raises CampaignNotFound; NotFound when it is unknown, gone or not for this key."""
        campaign = self.campaign_reader.get(campaign_id)
        signature = self._find_visible(campaign, signature_id, key) if ID.fullmatch(signature_id) else None
        if signature is None:
            raise NotFound
        return campaign, signature

    def _find_visible(self, campaign: Campaign, signature_id: str, key: ApiKey) -> Signature | None:
        signature = self.signatures.find(campaign.signature_key(signature_id))
        if signature is None or signature.is_expired(self.clock()) or not is_visible_to(key.sponsor, signature):
            return None
        return signature


def _size(signature: Signature) -> int:
    """About how many bytes it takes in JSON: what was typed, escaped, and the rest."""
    return 1000 + sum(len(json.dumps(value)) for value in signature.answers.values())


def _span(campaign: Campaign, filters: SignatureFilters) -> Span:
    """Returns the requested days as a span of time, in the campaign's time zone."""
    zone = ZoneInfo(campaign.time_zone)
    low, high = EARLIEST, LATEST
    if filters.first_day:
        low = datetime.combine(filters.first_day, time(), zone).astimezone(UTC)
    if filters.last_day:
        high = datetime.combine(filters.last_day + timedelta(days=1), time(), zone).astimezone(UTC) - TIME_RESOLUTION
    return Span(low, high)


def parse_email_address(email: object) -> str:
    """Returns the email address in a request, checked. Raises InvalidFields."""
    from chalicelib.domain.text import text_rules  # loads pydantic, so only when it is needed

    if not isinstance(email, str):
        raise InvalidFields.one("email", "missing" if email is None else "not_text")
    text = text_rules.normalise(email, limit=MAX_EMAIL_LENGTH)
    code = text_rules.error_code(text, limit=MAX_EMAIL_LENGTH) if text else "missing"
    if code or not valid_email(text):
        raise InvalidFields.one("email", code or "not_an_email", limit=MAX_EMAIL_LENGTH)
    return text
