"""Which signatures an organiser wants to see, parsed strictly, so that no filter is silently ignored."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.email_addresses import domain_of
from chalicelib.domain.errors import InvalidFields
from chalicelib.domain.signatures import filter_values
from chalicelib.domain.signatures.flags import Flag
from chalicelib.domain.signatures.name_search import is_named
from chalicelib.domain.signatures.public_comments import comment_state
from chalicelib.domain.signatures.signature import SignatureState
from chalicelib.domain.text.countries import COUNTRIES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from chalicelib.domain.signatures.signature import Signature

FILTER_NAMES = frozenset(
    {"state", "from", "to", "country", "language", "source", "held", "network", "shown", "comment"}
)
NOT_FOR_SPONSORS = frozenset({"held", "network", "shown", "comment"})
FLOOD_TEXTS = frozenset({"network", "source", "flag", "form_shown_at", "from", "to", "cursor", "withdrawal"})
HELD_MAIL_FIELDS = frozenset({"reason", "network", "domain", "cursor"})
DOMAIN = re.compile(r"[A-Za-z0-9.-]{1,253}")  # as DNS writes it, or as it is shown
LANGUAGE = re.compile(r"[A-Za-z0-9-]{2,35}")
DIGEST_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFilters:
    """Empty means any. Days are days of signing, both inclusive; `sponsor` is the one that the API key is bound to.

    `held` is `any` or a reason: then days are days of holding. `shown` is whether organisers let the name be shown. `domain` is an email domain, `flag` what was
    odd about the form, `form_shown_at` the stamp of when it was shown, `name` plain words; only request bodies set these four.
    """

    state: str = ""
    first_day: date | None = None
    last_day: date | None = None
    country: str = ""
    language: str = ""
    source: str = ""
    sponsor: str = ""
    held: str = ""
    network: str = ""
    domain: str = ""
    flag: str = ""
    form_shown_at: str = ""
    name: str = ""
    shown: bool | None = None
    comment: str = ""

    @property
    def is_selective(self) -> bool:
        """True when a signature must be read to know whether it matches."""
        return any(
            (
                self.state,
                self.country,
                self.language,
                self.source,
                self.sponsor,
                self.held,
                self.network,
                self.domain,
                self.flag,
                self.form_shown_at,
                self.name,
                self.shown is not None,
                self.comment,
            )
        )

    def digest(self) -> str:
        """A short hash that identifies these filters."""
        text = json.dumps([str(part) for part in astuple(self)])
        return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]

    def matches(self, signature: Signature, now: datetime) -> bool:
        """True for a signature that matches and has not expired; days are not compared here."""
        wanted = (self.state, self.country, self.language, self.source, self.network, self.domain)
        actual = (
            str(signature.state),
            signature.answers.get("country", ""),
            signature.language,
            signature.source,
            signature.network,
            domain_of(signature.email),
        )
        if any(want and want != have for want, have in zip(wanted, actual, strict=True)):
            return False
        if self.form_shown_at and self.form_shown_at != signature.form_shown_at:
            return False
        if self.name and not is_named(signature, self.name):
            return False
        if not self._is_as_decided(signature) or (self.flag and self.flag not in signature.all_flags):
            return False
        if self.held and not (signature.marks.held and self.held in {filter_values.ANY_REASON, signature.marks.held}):
            return False
        return not signature.is_expired(now) and is_visible_to(self.sponsor, signature)

    def _is_as_decided(self, signature: Signature) -> bool:
        """True if organisers decided about its name and comment as is asked for; of a withdrawn one there is neither."""
        if self.comment and not (signature.counts and comment_state(signature) == self.comment):
            return False
        if self.shown is None:
            return True
        return not signature.is_withdrawn and self.shown is not signature.moderation.is_hidden


def is_visible_to(sponsor: str, signature: Signature) -> bool:
    """True if a key bound to `sponsor` may see it: it counts, and the signer consented. Always true if `sponsor` is empty."""
    return not sponsor or (signature.counts and sponsor in signature.consents)


def parse(query: Mapping[str, str], *, sponsor: str = "") -> SignatureFilters:
    """The checked filters; a sponsor's key cannot filter by what it may not see. Raises InvalidFields."""
    allowed = FILTER_NAMES - NOT_FOR_SPONSORS if sponsor else FILTER_NAMES
    if query.keys() - allowed:  # without its name: the error would repeat an address put there by mistake
        raise InvalidFields.one("query", "unknown_field")
    filter_values.refuse_empty(query)
    state, country = query.get("state", ""), query.get("country", "").upper()
    if state and state not in set(SignatureState):
        raise InvalidFields.one("state", "not_an_option", options=", ".join(SignatureState))
    if country and country not in COUNTRIES:
        raise InvalidFields.one("country", "not_a_country")
    language = query.get("language", "")
    if language and not LANGUAGE.fullmatch(language):
        raise InvalidFields.one("language", "bad_language")
    held, network = filter_values.held(query.get("held", ""), "held"), filter_values.network(query.get("network", ""))
    first, last = filter_values.day(query, "from"), filter_values.day(query, "to")
    if first and last and last < first:
        raise InvalidFields.one("to", "ends_before_it_begins")
    return SignatureFilters(
        state=state,
        first_day=first,
        last_day=last,
        country=country,
        language=language,
        source=filter_values.source(query.get("source", "").lower()),
        sponsor=sponsor,
        held=held,
        network=network,
        shown=filter_values.shown(query.get("shown", "")),
        comment=filter_values.comment(query.get("comment", "")),
    )


def parse_held(body: object) -> tuple[SignatureFilters, str | None]:
    """Filters and cursor from a body `{reason, network, domain, cursor}`; by default all that is held. Raises InvalidFields."""
    if (
        not isinstance(body, dict)
        or body.keys() - HELD_MAIL_FIELDS
        or not all(isinstance(one, str) for one in body.values())
    ):
        raise InvalidFields.one("body", "unknown_field")
    filter_values.refuse_empty(body)
    domain = body.get("domain", "")
    if domain and not DOMAIN.fullmatch(domain):
        raise InvalidFields.one("domain", "bad_domain")
    held, network = (
        filter_values.held(body.get("reason", filter_values.ANY_REASON), "reason"),
        filter_values.network(body.get("network", "")),
    )
    filters = SignatureFilters(held=held, network=network, domain=domain_of(f"any@{domain}"))
    return filters, body.get("cursor") or None


@dataclass(frozen=True, slots=True)
class FloodRequest:
    """Which signatures a flood is; `wording` are the filters as they were asked for, `withdrawal` what this call goes on with."""

    filters: SignatureFilters
    wording: Mapping[str, str]
    is_preview: bool
    cursor: str | None
    withdrawal: str | None


def parse_flood(body: object) -> FloodRequest:
    """The request in `{network, source, flag, form_shown_at, from, to, preview, cursor, withdrawal}`.

    Days alone are refused: they would mean everybody. Raises InvalidFields.
    """
    texts = {name: one for name, one in body.items() if name != "preview"} if isinstance(body, dict) else {}
    is_preview = body.get("preview", False) if isinstance(body, dict) else None
    if (
        not isinstance(body, dict)
        or texts.keys() - FLOOD_TEXTS
        or not all(isinstance(one, str) for one in texts.values())
    ):
        raise InvalidFields.one("body", "unknown_field")
    if not isinstance(is_preview, bool):
        raise InvalidFields.one("preview", "not_true_or_false")
    flag, cursor, withdrawal = texts.pop("flag", ""), texts.pop("cursor", ""), texts.pop("withdrawal", "")
    if "flag" in body and flag not in set(Flag):
        raise InvalidFields.one("flag", "not_an_option", options=", ".join(Flag))
    shown_at = filter_values.shown_at(texts.pop("form_shown_at", None))
    filters = replace(parse(texts), flag=flag, form_shown_at=shown_at)
    if not (filters.network or filters.source or filters.flag or shown_at):
        raise InvalidFields.one("network", "missing")
    odd = {"flag": flag, "form_shown_at": shown_at}
    wording = texts | {name: value for name, value in odd.items() if value}
    return FloodRequest(filters, wording, is_preview, cursor or None, withdrawal or None)
