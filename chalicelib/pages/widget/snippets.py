"""Snippets for an organisation's own page: the script widget, a plain form, a frame, a link, a QR code."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from markupsafe import escape

from chalicelib.pages.hosted.form_fields import form_fields
from chalicelib.pages.hosted.share_links import sign_url
from chalicelib.pages.templating import render
from chalicelib.pages.widget.form_height import form_height

if TYPE_CHECKING:
    from chalicelib.domain.campaigns.campaign import Campaign

# Reserves space before the form has loaded, so that nothing moves when it does: more where words wrap more.
RESERVED_STYLE = (
    "display:block;min-height:clamp({height.low}px,{height.at_zero_width}px - {height.slope}vw,{height.high}px)"
)
FRAME_PADDING = 48
# The sources that snippets and links for sharing name by themselves.
SNIPPET_SOURCES = ("qr", "widget", "form", "iframe", "link", "text")


def snippets(campaign: Campaign, base_url: str, source: str = "") -> dict[str, dict[str, str]]:
    """By language: `widget`, `form`, `iframe` as HTML, `link` as an address, `qr` as an SVG of it.

    With a `source`, all of them name it; otherwise each names the way by which a signer came.
    """
    return {language: _in_language(campaign, language, base_url, source) for language in campaign.languages}


def _in_language(campaign: Campaign, language: str, base_url: str, source: str) -> dict[str, str]:
    return {
        "widget": widget(campaign, language, base_url, source),
        "form": plain_form(campaign, language, base_url, source),
        "iframe": iframe(campaign, language, base_url, source),
        "link": sign_url(base_url, campaign.id, language, source),
        "qr": qr(sign_url(base_url, campaign.id, language, source or "qr")),
    }


def widget(campaign: Campaign, language: str, base_url: str, source: str = "") -> str:
    """The script widget, with a link inside for where scripts do not run."""
    title = escape(campaign.text(language).title)
    link = escape(sign_url(base_url, campaign.id, language, source or "widget"))
    said = f'source="{source}" ' if source else ""
    return (
        f'<script src="{escape(base_url)}/embed.js" async></script>\n'
        f'<undersigned-form campaign="{campaign.id}" lang="{language}" {said}'
        f'style="{RESERVED_STYLE.format(height=form_height(campaign, language))}">\n'
        f'  <a href="{link}">{title}</a>\n'
        "</undersigned-form>\n"
    )


def plain_form(campaign: Campaign, language: str, base_url: str, source: str = "") -> str:
    """A form in plain HTML, without style or script: it looks like the page around it."""
    action = f"{base_url}/campaigns/{campaign.id}/signatures"
    fields = form_fields(campaign, language, form_values={}, errors=())
    prefix = f"{campaign.id}-{language}"
    return render(
        "snippet.html",
        language,
        campaign=campaign,
        text=campaign.text(language),
        action=action,
        fields=fields,
        prefix=prefix,
        link=sign_url(base_url, campaign.id, language, source or "form"),
        source=source,
    )


def iframe(campaign: Campaign, language: str, base_url: str, source: str = "") -> str:
    """Only the form, in a frame, for places that accept neither scripts nor forms; a link for those that drop frames."""
    query = urlencode({"lang": language, "frame": 1, "source": source or "iframe"})
    source = escape(f"{base_url}/sign/{campaign.id}?{query}")
    title = escape(campaign.text(language).title)
    link = escape(sign_url(base_url, campaign.id, language, source or "iframe"))
    # The size is in attributes, because they work under a strict Content-Security-Policy. Themes centre blocks only.
    return (
        f'<iframe src="{source}" title="{title}" width="100%" height="{frame_height(campaign, language)}" '
        f'frameborder="0" style="display:block"></iframe>\n<p><a href="{link}">{title}</a></p>\n'
    )


def frame_height(campaign: Campaign, language: str) -> int:
    """The height in px at which nothing scrolls inside the frame, on any screen."""
    return form_height(campaign, language).high + FRAME_PADDING


def qr(url: str) -> str:
    """`url` as a QR code in SVG, readable with a quarter of it damaged, on white even in dark mode."""
    import segno

    svg = BytesIO()
    code = segno.make(url, error="q", micro=False)
    code.save(svg, kind="svg", xmldecl=False, omitsize=True, dark="#000", light="#fff", border=4, title=url)
    return svg.getvalue().decode()
