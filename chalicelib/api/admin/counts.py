"""A campaign's numbers, and every version of its statement: what a reader may see, without personal data."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from chalice.app import Blueprint, Response

from chalicelib.api.http.middleware import route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response
from chalicelib.domain.access.api_keys import Role
from chalicelib.domain.counting.tallies import GROUPS
from chalicelib.domain.errors import InvalidFields, NotFound
from chalicelib.domain.timestamps import read_day, read_moment, stamp
from chalicelib.wiring import wiring

if TYPE_CHECKING:
    from datetime import date

    from chalicelib.api.admin.descriptions import counts as body_types
    from chalicelib.services.counting.count_report import CountReport

counts = Blueprint(__name__)
VERSION = re.compile(r"[1-9]\d{0,5}")
FORMATS = ("json", "csv")


@route(counts, "/admin/campaigns/{campaign}/counts", "GET", role=Role.READER)
def get_counts(campaign: str) -> Response:
    """Returns all counters: totals by state, the funnel, and the requested breakdowns (`?by=day,country`; by default all)."""
    from chalicelib.services.counting import count_report

    request = current_request()
    groups, since, is_sheet = _groups(request.query_param("by")), _since(request.query_param("since")), _wants_sheet()
    body = _counts(count_report.report(wiring().campaign_reader.get_fresh_snapshot(campaign), groups, since))
    if not is_sheet:
        return json_response(body)
    from chalicelib.api.admin.count_sheet import BOM, as_csv

    disposition = f'attachment; filename="{campaign}-counts.csv"'
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": disposition,
        "Cache-Control": "no-store",
    }
    return Response(BOM + as_csv(body), dict(headers), 200)


def _counts(report: CountReport) -> body_types.Counts:
    snapshot, campaign, tally = report.snapshot, report.snapshot.campaign, report.snapshot.tally
    body: body_types.Counts = {
        "campaign": campaign.id,
        "as_of": snapshot.as_of.isoformat(timespec="seconds"),
        "time_zone": campaign.time_zone,
        "today": campaign.day_of(snapshot.as_of),
        "signatures": cast("body_types.Totals", asdict(report.totals)),
        "withdrawn": cast("body_types.Withdrawn", tally.withdrawn),
        "want_updates": tally.want_updates(),
        "comments_waiting": tally.comments_waiting,
        "external_count": campaign.external_count,
        "public_count": snapshot.public_count,
        "goal": campaign.goal,
        "held": tally.group("held"),
        "flags": tally.group("flag"),
        "by": cast("body_types.Breakdowns", report.by),
        "funnel": cast("body_types.Funnel", tally.funnel),
    }
    if regions := report.by.get("region"):
        from chalicelib.i18n.regions import region_names_of  # lists that few campaigns need

        body["region_names"] = region_names_of(regions, current_request().language)
    if report.growth:
        body["growth"] = {"since": stamp(report.growth.since), "confirmed": report.growth.confirmed}
    return body


def _groups(by: str | None) -> tuple[str, ...]:
    if by is None:
        return GROUPS
    groups = tuple(name.strip() for name in by.split(",") if name.strip())
    if not set(groups) <= set(GROUPS):
        raise InvalidFields.one("by", "not_an_option", options=", ".join(GROUPS))
    return groups


def _since(text: str | None) -> date | None:
    """Parses a day, or a moment with a UTC offset. A space stands for `+`, which means a space in a query string."""
    if text is None:
        return None
    found = read_day(text) or read_moment(text.replace(" ", "+"))
    if found is None:
        raise InvalidFields.one("since", "bad_moment_or_day")
    return found


def _wants_sheet() -> bool:
    format_ = current_request().query_param("format")
    if format_ is None:
        return "text/csv" in (current_request().header("accept") or "")
    if format_ not in FORMATS:
        raise InvalidFields.one("format", "not_an_option", options=", ".join(FORMATS))
    return format_ == "csv"


@route(counts, "/admin/campaigns/{campaign}/texts", "GET", role=Role.READER)
def list_statements(campaign: str) -> Response:
    """Lists every version of the statement, oldest first; each signature refers to one."""
    versions = wiring().campaign_reader.list_statements(campaign)
    body: body_types.TextVersions = {
        "texts": [
            {"text_version": one.version, "saved_at": one.saved_at, "languages": sorted(one.texts)} for one in versions
        ]
    }
    return json_response(body)


@route(counts, "/admin/campaigns/{campaign}/texts/{version}", "GET", role=Role.READER)
def get_statement(campaign: str, version: str) -> Response:
    """Returns one version of the statement."""
    if not VERSION.fullmatch(version):
        raise NotFound
    statement = wiring().campaign_reader.get_statement(campaign, int(version))
    body: body_types.WholeText = {
        "text_version": statement.version,
        "saved_at": statement.saved_at,
        "texts": dict(statement.texts),
        "targets": cast("list[body_types.StatementTarget]", list(statement.targets)),
    }
    return json_response(body)
