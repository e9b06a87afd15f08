"""Every place that a field of `person_fields` must reach, and which of them know nothing of one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.messages.pofile import read_po

from chalicelib.api.http.schemas import PersonFields
from chalicelib.domain.campaigns import sign_form
from chalicelib.domain.exports.export_rows import ExportFormat, ExportRequest, columns
from chalicelib.domain.exports.row_attributes import STORED_ATTRIBUTES
from chalicelib.i18n.field_words import FIELD_WORDS
from chalicelib.pages.dashboard.choices import choices
from chalicelib.pages.hosted.form_fields import form_fields
from chalicelib.storage.signatures import signature_items
from tests.kit.factories import a_campaign, a_form, a_signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.campaigns.campaign import Campaign

ROOT = Path(__file__).parents[2]
CATALOGUES = sorted((ROOT / "chalicelib" / "i18n" / "locales").glob("*/LC_MESSAGES/messages.po"))
ANSWERS = {"country": "PE"}


def lacking(name: str) -> list[str]:
    """The places that know nothing of the field `name`."""
    return [place for place, is_there in (*_derived(name), *_written(name)) if not is_there]


def _derived(name: str) -> Iterator[tuple[str, bool]]:
    """What follows from the table alone."""
    answer = ANSWERS.get(name, "Something")
    campaign = a_campaign(fields=[{"name": name}])
    submission = sign_form.parse(campaign, a_form(**{name: answer}))
    yield "forms take it", submission.answers.get(name) == answer
    yield "items hold it", _stored_and_read(name, answer) == answer
    yield "signing again replaces it", name in signature_items.FORM_ATTRIBUTES
    yield "exports read it", name in STORED_ATTRIBUTES
    yield "exports have a column", name in columns(campaign, ExportRequest(format=ExportFormat.CSV))
    yield "forms show it", name in _shown(campaign)
    yield "the dashboard offers it", name in choices()["person_fields"]


def _stored_and_read(name: str, answer: str) -> str | None:
    signature = replace(a_signature(), answers={name: answer}, signed_at=datetime(2026, 11, 23, tzinfo=UTC))
    item: dict[str, Any] = signature_items.form_attributes(signature)
    item |= {"pk": "peru#0", "sk": signature.id, "state": "pending", "signed_at": "2026-11-23T00:00:00.000000Z"}
    return signature_items.read(item).answers.get(name)


def _shown(campaign: Campaign) -> set[str]:
    return {field.name for field in form_fields(campaign, "en", form_values={}, errors=())}


def _written(name: str) -> Iterator[tuple[str, bool]]:
    """What somebody has to write."""
    yield "chalicelib/i18n/field_words.py", name in FIELD_WORDS
    for path in CATALOGUES:
        yield str(path.relative_to(ROOT)), name in FIELD_WORDS and _is_translated(path, name)
    yield "chalicelib/api/http/schemas.py", name in PersonFields.__annotations__
    yield "docs/http-api.md, the fields of a form", name in _rows("http-api.md", "given_name", "organization")
    yield "docs/http-api.md, the rows of an export", name in _columns_documented()
    yield "docs/data-model.md", name in _rows("data-model.md", "given_name")


def _rows(page: str, *starts: str) -> list[str]:
    """What stands in backquotes in the rows of tables that begin with one of `starts`."""
    begin = tuple(f"| `{start}`" for start in starts)
    lines = (ROOT / "docs" / page).read_text("utf-8").splitlines()
    return [name for line in lines if line.startswith(begin) for name in re.findall("`([^`]+)`", line)]


def _columns_documented() -> list[str]:
    rows = (ROOT / "docs" / "http-api.md").read_text("utf-8").partition("**Rows.**")[2]
    return str(re.findall("`([^`]+)`", rows)[0]).split()


def _is_translated(path: Path, name: str) -> bool:
    with path.open("rb") as file:
        catalogue = read_po(file)
    words = FIELD_WORDS[name]
    return all((message := catalogue.get(one)) and message.string for one in (words.label, words.missing))
