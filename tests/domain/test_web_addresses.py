"""Origins and web addresses: what people write becomes what browsers send, and what can never match is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.campaigns.web_addresses import BadAddress, is_listed, origin, origin_of, web_address


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://example.org", "https://example.org"),
        (" HTTPS://Example.ORG/ ", "https://example.org"),
        ("example.org", "https://example.org"),
        ("example.org:8443", "https://example.org:8443"),
        ("https://example.org:443", "https://example.org"),
        ("http://example.org:80", "http://example.org"),
        ("http://example.org:443", "http://example.org:443"),
        ("https://example.org:", "https://example.org"),
        ("https://example.org.", "https://example.org"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://ex\u200bample.org", "https://example.org"),
        ("https://example。org", "https://example.org"),
        ("*.example.org", "https://*.example.org"),
        ("http://*.Example.org:8080", "http://*.example.org:8080"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://intranet", "http://intranet"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[0:0::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_origin_becomes_what_browsers_send(written: str, sent: str) -> None:
    assert origin(written) == sent
    assert origin(sent) == sent


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("https://example.org/page", "origin_with_path"),
        ("example.org/page", "origin_with_path"),
        ("https://example.org?x=1", "origin_with_path"),
        ("https://example.org?", "origin_with_path"),
        ("https://example.org#", "origin_with_path"),
        *(
            (text, "bad_origin")
            for text in (
                "", ".", "null", "example", "https://", "//example.org", "https:example.org", "https:/example.org",
                "ftp://example.org", "javascript:alert(1)", "file:///etc", "https://*", "https://*.org", "https://a.*.org",
                "https://*.1.2.3.4", "https://ana@example.org", "https://ana:x@example.org", "https://example.org:0",
                "https://example.org:99999", "https://example.org:x", "https://exa mple.org", "https://example..org",
                "https://-a.org", "https://a-.org", "https://exa_mple!.org", "http://999.1.1.1", "http://[::1", "http://0x7f.1",
                "https://example.org\\", "https://example\n.org", "https://" + "a" * 64 + ".org", "https://" + "a." * 130 + "org",
            )
        ),
    ],
)  # fmt: skip
def test_an_origin_that_no_browser_could_send_is_refused(written: str, code: str) -> None:
    with pytest.raises(BadAddress) as refused:
        origin(written)
    assert refused.value.code == code


@given(st.text(max_size=40))
def test_whatever_is_written_is_refused_or_stays_as_it_was_read(written: str) -> None:
    for read in (origin, web_address):
        try:
            once = read(written)
        except BadAddress:
            continue
        assert read(once) == once
        assert once.startswith(("http://", "https://"))
        assert not set(once) & set(" \t\r\n\\\x00")


def test_a_sub_domain_is_listed_by_its_wildcard_and_the_domain_itself_is_not() -> None:
    listed = ("https://*.example.org", "http://*.local.test:8080", "https://one.example")
    for found in (
        "https://a.example.org",
        "https://A.B.example.org",
        "http://x.local.test:8080",
        "https://one.example",
    ):
        assert is_listed(found, listed), found
    for found in (
        "https://example.org", "http://a.example.org", "https://a.example.org:8443", "https://aexample.org", "null", "",
        "https://example.org.evil.org", "http://x.local.test", "https://a.one.example", "https://*.example.org.evil",
    ):  # fmt: skip
        assert not is_listed(found, listed), found


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://Evil.org/Path?x=Ä#Y", "https://evil.org/Path?x=Ä#Y"),
        (" https://x.org ", "https://x.org"),
        ("https://x.org:443/a", "https://x.org/a"),
        ("https://x.org?y", "https://x.org?y"),
        ("https://例え.jp/ü", "https://xn--r8jz45g.jp/ü"),
    ],
)
def test_a_web_address_keeps_its_page_and_has_its_host_as_browsers_write_it(written: str, kept: str) -> None:
    assert web_address(written) == kept
    assert origin_of(written.strip()) == origin(
        kept.partition("org")[0] + "org" if "org" in kept else "https://xn--r8jz45g.jp"
    )


@pytest.mark.parametrize(
    "written",
    ["", "x", "https:evil.org", "https:/evil.org", "//evil.org", "javascript:alert(1)", "https://u:p@x.org/", "https://x.org/a b",
     "https://x.org/\x00", "https://x.org\\@y.org", "https://x .org", "https://*.x.org/", "mailto:a@x.org", "https://x.org:70000/"],
)  # fmt: skip
def test_a_web_address_that_browsers_would_read_differently_is_refused(written: str) -> None:
    with pytest.raises(BadAddress):
        web_address(written)
    assert origin_of(written) == ""
