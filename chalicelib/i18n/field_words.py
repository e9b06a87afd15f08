"""Labels of form fields, and messages for missing answers, by the field's name; for signers and organisers."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.i18n.marker import _


@dataclass(frozen=True, slots=True)
class FieldWords:
    """Sentences about one field, in English as in the catalogues."""

    label: str
    missing: str


FIELD_WORDS = {
    "email": FieldWords(_("Email address"), _("Enter your email address.")),
    "given_name": FieldWords(_("Given name"), _("Enter your given name.")),
    "family_name": FieldWords(_("Family name"), _("Enter your family name.")),
    "organization": FieldWords(_("Organization"), _("Enter the name of your organization.")),
    "title": FieldWords(_("Role"), _("Enter your role.")),
    "country": FieldWords(_("Country"), _("Choose your country.")),
    "region": FieldWords(_("State or region"), _("Enter your state or region.")),
    "locality": FieldWords(_("City or town"), _("Enter your city or town.")),
    "postal_code": FieldWords(_("Postal code"), _("Enter your postal code.")),
    "phone": FieldWords(_("Phone"), _("Enter your phone number.")),
    "comment": FieldWords(_("Why are you signing?"), _("Write a comment.")),
}
