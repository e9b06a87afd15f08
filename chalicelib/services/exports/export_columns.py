"""In which columns a file goes on from the one before, and what a spreadsheet calls them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chalicelib.domain.exports.column_kinds import ColumnKind, kind_of
from chalicelib.domain.exports.export_rows import ExportFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.exports.export_rows import ExportRequest
    from chalicelib.storage.exports.export_items import Export


def earlier_columns(exports: Iterable[Export]) -> Sequence[str]:
    """Those of the newest file in `exports`, whoever's it was: a list that is kept up goes on in the same columns."""
    return next((one.columns for one in exports if not (one.request.delivery or one.request.packet)), ())


def column_titles(campaign: Campaign, names: Sequence[str], export_request: ExportRequest) -> tuple[str, ...]:
    """What the columns of a spreadsheet are called: by the form for the campaign's own questions."""
    if export_request.format is not ExportFormat.XLSX:
        return ()
    from chalicelib.i18n.column_words import column_title

    language = export_request.language
    asked = {one.name: one.label.get(language) or one.label.get(campaign.default_language) for one in campaign.fields}
    return tuple(asked.get(name) or _with_zone(name, column_title(name, language), export_request) for name in names)


def region_names_for(export_request: ExportRequest) -> Callable[[str], str]:
    """What to call a stored region in a file: in the language of whoever asked for it."""
    from chalicelib.i18n.regions import region_name

    return partial(region_name, language=export_request.language)


def _with_zone(name: str, title: str, export_request: ExportRequest) -> str:
    return f"{title} ({export_request.time_zone})" if kind_of(name) is ColumnKind.MOMENT else title or name
