"""Where a link to an export file leads: to the bucket, on the host of its own region, or to the local engine."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.storage.exports.export_files import LINK_SECONDS
from chalicelib.stores import Stores

if TYPE_CHECKING:
    from urllib.parse import SplitResult

BUCKET = "undersigned-prod-exportbucket-1x2y3z"


def link(monkeypatch: pytest.MonkeyPatch, region: str, engine: str = "") -> SplitResult:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, region)
    monkeypatch.setenv("EXPORT_BUCKET", BUCKET)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    if engine:
        monkeypatch.setenv("AWS_ENDPOINT_URL", engine)
    return urlsplit(Stores().export_files.presigned_url("exports/a.csv.gz", filename="peru.csv.gz"))


@pytest.mark.parametrize(
    ("region", "suffix"),
    [
        ("us-east-1", "amazonaws.com"),
        ("eu-west-1", "amazonaws.com"),
        ("eu-south-2", "amazonaws.com"),
        ("us-gov-west-1", "amazonaws.com"),
        ("cn-north-1", "amazonaws.com.cn"),
    ],
)
def test_a_link_leads_to_the_bucket_in_its_own_region(
    monkeypatch: pytest.MonkeyPatch, region: str, suffix: str
) -> None:
    found = link(monkeypatch, region)
    assert found.hostname == f"{BUCKET}.s3.{region}.{suffix}"
    assert found.path == "/exports/a.csv.gz"
    signed = parse_qs(found.query)
    assert signed["X-Amz-Credential"][0].split("/")[2:4] == [region, "s3"]
    assert signed["X-Amz-Expires"] == [str(LINK_SECONDS)]


def test_on_a_local_engine_the_bucket_is_in_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    found = link(monkeypatch, "eu-west-1", "http://127.0.0.1:4566")
    assert (found.netloc, found.path) == ("127.0.0.1:4566", f"/{BUCKET}/exports/a.csv.gz")
