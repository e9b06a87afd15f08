"""What an organisation pastes into its own page: the script widget, a plain form, a frame, a link, a QR code."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from markupsafe import escape

from chalicelib.pages.forms import form_fields
from chalicelib.pages.sharing import sign_url
from chalicelib.pages.templating import render

if TYPE_CHECKING:
    from chalicelib.domain.campaigns import Campaign

# So much room a widget takes on a phone, in rem: kept free before it comes, so that nothing moves when it does.
BEFORE_FIELDS, A_FIELD, A_COMMENT, A_TICK, BEFORE_TICKS, A_NOTE = 24, 6.2, 10, 5.5, 5, 5.5


def snippets(campaign: Campaign, base_url: str) -> dict[str, dict[str, str]]:
    """By language: `widget`, `form`, `iframe` as HTML, `link` as an address, `qr` as SVG of that address."""
    return {language: _in_language(campaign, language, base_url) for language in campaign.languages}


def _in_language(campaign: Campaign, language: str, base_url: str) -> dict[str, str]:
    link = sign_url(base_url, campaign.id, language)
    return {
        "widget": widget(campaign, language, base_url),
        "form": plain_form(campaign, language, base_url),
        "iframe": _iframe(campaign, language, base_url),
        "link": link,
        "qr": qr(sign_url(base_url, campaign.id, language, "qr")),
    }


def widget(campaign: Campaign, language: str, base_url: str) -> str:
    """The script widget; inside it a link that works where scripts do not run."""
    title, link = escape(campaign.text(language).title), escape(sign_url(base_url, campaign.id, language, "widget"))
    return (
        f'<script src="{escape(base_url)}/embed.js" async></script>\n'
        f'<undersigned-form campaign="{campaign.id}" lang="{language}" '
        f'style="display:block;min-height:{height(campaign)}rem">\n'
        f'  <a href="{link}">{title}</a>\n'
        "</undersigned-form>\n"
    )


def plain_form(campaign: Campaign, language: str, base_url: str) -> str:
    """A form in plain HTML, without a style or a script: it takes the looks of the page it stands on."""
    action = f"{base_url}/campaigns/{campaign.id}/signatures"
    fields = form_fields(campaign, language, typed={}, errors=())
    prefix = f"{campaign.id}-{language}"
    return render(
        "snippet.html",
        language,
        campaign=campaign,
        text=campaign.text(language),
        action=action,
        fields=fields,
        prefix=prefix,
    )


def _iframe(campaign: Campaign, language: str, base_url: str) -> str:
    query = urlencode({"lang": language, "frame": 1, "source": "iframe"})
    source = escape(f"{base_url}/sign/{campaign.id}?{query}")
    title = escape(campaign.text(language).title)
    # Attributes, not a style: a strict Content-Security-Policy of the page leaves them alone.
    return f'<iframe src="{source}" title="{title}" width="100%" height="{16 * height(campaign)}" frameborder="0"></iframe>\n'


def height(campaign: Campaign) -> int:
    """How many rem the widget takes at the most on a narrow column."""
    kinds = [field.kind for field in form_fields(campaign, campaign.default_language, typed={}, errors=())]
    rows = sum(A_COMMENT if kind == "textarea" else A_FIELD for kind in kinds)
    ticks = len(campaign.sponsors) + campaign.show_signers
    notes = 1 + bool(campaign.sponsors) + campaign.is_double
    return round(BEFORE_FIELDS + rows + ticks * A_TICK + bool(campaign.sponsors) * BEFORE_TICKS + notes * A_NOTE)


def qr(url: str) -> str:
    """`url` as a QR code: an SVG that scales, readable with a quarter of it damaged, on white also in the dark."""
    import segno

    written = BytesIO()
    code = segno.make(url, error="q", micro=False)
    code.save(written, kind="svg", xmldecl=False, omitsize=True, dark="#000", light="#fff", border=4, title=url)
    return written.getvalue().decode()
