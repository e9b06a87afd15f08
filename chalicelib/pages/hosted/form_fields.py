"""The fields of a campaign's form as a template shows them: label, kind, value and error.

It decides how fields look and what they are called, never whether an answer is valid.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.domain_typos import meant_domain, with_domain
from chalicelib.domain.campaigns.campaign import Field
from chalicelib.domain.signatures.person_fields import ALWAYS_ASKED, PERSON_FIELDS
from chalicelib.domain.text.countries import COUNTRIES
from chalicelib.i18n import languages
from chalicelib.i18n.field_words import FIELD_WORDS
from chalicelib.i18n.marker import _
from chalicelib.i18n.messages import FIELD_MESSAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.errors import FieldError


LABELS = {
    **{name: words.label for name, words in FIELD_WORDS.items()},
    "public": _("Show my name"),
    "updates": _("News of this campaign"),
    "consents": _("Staying in touch"),
}
EMAIL, REGION = "email", "region"
MEANT = _("Did you mean {email}?")
# Whoever changes these words raises `NOTICE` (chalicelib/domain/signatures/public_comments.py).
COMMENT_NOTE = _("May be published with your name, if you choose to show it.")

# And of these, `HANDOVER_NOTICE` (chalicelib/domain/signatures/handing_over.py).
HANDOVER_NOTE = _(
    "When the signatures are handed over, your name and your country or region go with them, even if you do not show your name here. "
    "Your email address does not."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field of a form. `kind` is email, tel, text, textarea, select or checkbox; `note` is what its signer must know, always in view.

    `suggestions` are answers that a browser offers while somebody types; any other is as good.
    """

    name: str
    label: str
    kind: str
    required: bool
    value: str = ""
    options: Sequence[tuple[str, str]] = ()
    autocomplete: str = "off"
    is_short: bool = False
    error: str = ""
    hint: str = ""
    note: str = ""
    suggestions: Sequence[str] = ()

    @property
    def id(self) -> str:
        """The field's id on the page, which the error summary links to."""
        return field_id(self.name)


@dataclass(frozen=True, slots=True)
class FormError:
    """One line of the error summary. `target` is the id of what to correct, empty if the page does not show it."""

    target: str
    label: str
    message: str


def field_id(name: str) -> str:
    """The id on the page of the field `name`."""
    return f"f-{name.replace('.', '-')}"


def form_fields(
    campaign: Campaign,
    language: str,
    *,
    form_values: Mapping[str, Sequence[str]],
    errors: Sequence[FieldError],
    with_email: bool = True,
) -> tuple[FormField, ...]:
    """Names, email address, then the campaign's fields in their order."""
    fields_by_name = {field.name: field for field in campaign.fields}
    first = [fields_by_name.pop(name, Field(name)) for name in ALWAYS_ASKED]
    email = [Field(EMAIL, required=True)] if with_email else []
    messages = {error.field: error_message(error, language) for error in reversed(errors)}
    values = {name: next(iter(said), "") for name, said in form_values.items()}
    return tuple(
        _region_field(one, campaign, language, country=values.get("country", "")) if one.name == REGION else one
        for one in (
            _form_field(field, campaign, language, value=values.get(field.name, ""), error=messages)
            for field in (*first, *email, *fields_by_name.values())
        )
    )


def _region_field(field: FormField, campaign: Campaign, language: str, *, country: str) -> FormField:
    """The region by its name, with those of the country that was chosen, or of the one most signers are likely from."""
    from chalicelib.i18n import regions  # lists that few forms need

    country = country if country in COUNTRIES else regions.likely_country(language, campaign.time_zone)
    names = regions.region_names(country, language)
    return replace(field, value=regions.region_name(field.value, language), suggestions=tuple(names.values()))


def _form_field(field: Field, campaign: Campaign, language: str, *, value: str, error: Mapping[str, str]) -> FormField:
    person = PERSON_FIELDS.get(field.name)
    kind, autocomplete = _control(field)
    return FormField(
        name=field.name,
        label=label(field, campaign, language),
        kind=kind,
        required=field.required,
        value=value,
        options=_options(field, language),
        autocomplete=autocomplete,
        is_short=person is not None and person.is_short,
        error=error.get(field.name, ""),
        hint=_meant_address(value, language) if field.name == EMAIL and field.name not in error else "",
        note=languages.translate(COMMENT_NOTE, language) if field.name == "comment" and campaign.show_comments else "",
    )


def _meant_address(typed: str, language: str) -> str:
    """Asks about an address with a domain like a common one; empty for any other."""
    domain = meant_domain(typed)
    return languages.translate(MEANT, language, email=with_domain(typed, domain)) if domain else ""


def _control(field: Field) -> tuple[str, str]:
    """The kind of control, and what a browser may fill in."""
    if field.name == EMAIL:
        return EMAIL, EMAIL
    person = PERSON_FIELDS.get(field.name)
    return (person.input, person.autocomplete) if person else (field.type, "off")


def label(field: Field, campaign: Campaign, language: str) -> str:
    """The organiser's label in `language` or the default language, else our own."""
    written = field.label.get(language) or ("" if field.name in LABELS else field.label.get(campaign.default_language))
    return written or languages.translate(LABELS.get(field.name, field.name), language)


def _options(field: Field, language: str) -> tuple[tuple[str, str], ...]:
    if field.name == "country":
        return tuple(languages.country_names(language).items())
    return tuple((option, option) for option in field.options)


def error_message(error: FieldError, language: str) -> str:
    """The message for an error: the one for its code if there is one, else the message that came with it."""
    if error.code not in FIELD_MESSAGES and error.message:
        return error.message
    return languages.field_message(error.code, language, field=error.field, limit=error.limit)


def form_errors(
    errors: Sequence[FieldError], fields: Sequence[FormField], language: str, *, others: Sequence[str] = ()
) -> tuple[FormError, ...]:
    """The error summary, in the order of the form; `others` are names on the page that are not FormFields."""
    order = {field.name: field for field in fields}
    positions = {name: n for n, name in enumerate((*order, *others))}
    lines = []
    for error in sorted(errors, key=lambda error: positions.get(error.field, len(positions))):
        shown = order.get(error.field)
        name = shown.label if shown else languages.translate(LABELS.get(error.field, ""), language)
        lines.append(
            FormError(field_id(error.field) if error.field in positions else "", name, error_message(error, language))
        )
    return tuple(lines)
