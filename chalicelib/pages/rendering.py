"""Renders every page as HTML with its headers. It decides and stores nothing; the caller passes `now`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from chalicelib.domain.errors import LinkOfTest
from chalicelib.i18n import languages
from chalicelib.i18n.messages import DEAD_ENDS, SEE_CAMPAIGN, SIGN_AGAIN
from chalicelib.pages import security_headers
from chalicelib.pages.hosted import shown_deliveries
from chalicelib.pages.hosted.form_fields import form_errors, form_fields
from chalicelib.pages.hosted.hosted_form import consent_boxes, hidden_fields, language_links, phase
from chalicelib.pages.hosted.page_metadata import head
from chalicelib.pages.hosted.share_links import sharing, sign_url
from chalicelib.pages.hosted.shown_pictures import pictures
from chalicelib.pages.templating import accent_style, inline, render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from chalicelib.domain.addresses.webmail import Webmail
    from chalicelib.domain.campaigns.campaign import Campaign
    from chalicelib.domain.errors import FieldError
    from chalicelib.domain.signatures.public_comments import PublicComment
    from chalicelib.pages.hosted.corrections import OfferedCorrection
    from chalicelib.pages.hosted.front_page import ListedCampaign
    from chalicelib.pages.signature_view import SignatureView

NO_VALUES: Mapping[str, Sequence[str]] = {}


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `headers` do not include caching, which the caller decides."""

    html: str
    headers: Mapping[str, str]


def _page(  # noqa: PLR0913 - as many as pages differ by
    template: str,
    language: str,
    *,
    campaign: Campaign | None = None,
    base_url: str | None = None,
    posts_to: Sequence[str] = (),
    is_framable: bool = False,
    third_parties: Sequence[str] = (),
    is_sandboxed: bool = False,
    **facts: Any,
) -> Page:
    text = campaign.text(language) if campaign else None
    colours = accent_style(campaign.accent) if campaign else ""
    shown = pictures(campaign if base_url is not None else None, language, base_url or "")
    html = render(template, language, campaign=campaign, text=text, colours=colours, **facts | shown)
    images = ("https:",) if text is not None and "<img" in text.body_html else ()
    if any(shown.values()):
        images = (*images, *security_headers.origins((base_url or "",)))
    headers = security_headers.headers(
        language=languages.page_language(language),
        styles=(inline("layout/style.css"), colours),
        script=inline("layout/script.js"),
        posts_to=posts_to,
        framed_by=(campaign.allowed_origins if campaign else ()) if is_framable else None,
        third_parties=third_parties,
        is_sandboxed=is_sandboxed,
        images=images,
    )
    return Page(html, headers)


def _base_of(link: str) -> str:
    """The address that a signer's link, `{base}/{purpose}/{token}`, is below."""
    return link.rsplit("/", 2)[0]


def front_page(campaigns: Sequence[ListedCampaign], language: str, *, base_url: str) -> Page:
    """The campaigns that can be signed, each with a link."""
    choices, url = languages.LANGUAGES, f"{base_url}/"
    return _page("hosted/front.html", language, campaigns=campaigns, choices=choices, url=url)


def sign_page(  # noqa: PLR0913 - the page shows all of this
    campaign: Campaign,
    language: str,
    *,
    base_url: str,
    count: int | None,
    now: datetime,
    form_values: Mapping[str, Sequence[str]] = NO_VALUES,
    errors: Sequence[FieldError] = (),
    hidden: Mapping[str, str] | None = None,
    signers: Sequence[str] = (),
    comments: Sequence[PublicComment] = (),
    form_only: bool = False,
    theme: str = "light",
    is_on_dashboards_host: bool = True,
) -> Page:
    """The hosted page: statement, progress and, while the campaign is open, the form.

    `form_values` are shown again beside `errors`; `hidden` values (source, referrer, utm, _next) are passed on.
    `signers` are the newest public names, `comments` what organisers approved. `form_only` leaves out everything but the form, for a frame on another page; it is
    in a `theme`, light or dark; without one it follows the reader's system.
    A captcha's script must not reach the organiser's key, so on the dashboard's host its page is sandboxed.
    """
    hidden_values = hidden_fields(hidden or {})
    fields = form_fields(campaign, language, form_values=form_values, errors=errors)
    return _page(
        "hosted/frame.html" if form_only else "hosted/sign.html",
        language,
        campaign=campaign,
        base_url=base_url,
        posts_to=(base_url, *campaign.redirect_url.values(), hidden_values.get("_next", "")),
        is_framable=True,
        third_parties=campaign.captcha.service.origins if campaign.captcha else (),
        is_sandboxed=campaign.captcha is not None and is_on_dashboards_host,
        captcha=campaign.captcha,
        form_only=form_only,
        theme=theme,
        action=f"{base_url}/campaigns/{campaign.id}/signatures",
        page_url=sign_url(base_url, campaign.id, language),
        deliveries=shown_deliveries.shown(campaign, language),
        head=None if form_only else head(campaign, language, base_url=base_url, count=count),
        links=language_links(campaign, language, base_url, hidden_values),
        phase=phase(campaign, now),
        count=count if campaign.show_count else None,
        fields=fields,
        form_errors=form_errors(errors, fields, language, others=("public", "consents", "updates")),
        **_boxes(campaign, form_values),
        hidden=hidden_values,
        signers=signers,
        comments=comments,
    )


def _boxes(campaign: Campaign, form_values: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What a signer may tick, as it was."""
    return {
        "consents": consent_boxes(campaign, form_values.get("consents", ())),
        "public": bool(form_values.get("public")),
        "updates": bool(form_values.get("updates")),
        "asks_for_updates": campaign.ask_updates,
    }


def draft_page(campaign: Campaign, language: str, *, url: str, count: int | None, now: datetime) -> Page:
    """The hosted page of a draft, at `url`: it says so, runs nothing, and its form sends nothing."""
    page = _page(
        "hosted/sign.html",
        language,
        campaign=campaign,
        base_url=_base_of(url),
        is_draft=True,
        deliveries=shown_deliveries.shown(campaign, language),
        page_url=url,
        action="",
        links=(),
        phase=phase(campaign, now),
        count=count if campaign.show_count else None,
        fields=form_fields(campaign, language, form_values=NO_VALUES, errors=()),
        form_errors=(),
        **_boxes(campaign, NO_VALUES),
        captcha=None,
        form_only=False,
        signers=(),
        comments=(),
        hidden={},
    )
    policy = page.headers["Content-Security-Policy"].replace("form-action 'self'", "form-action 'none'")
    headers = {**page.headers, "Content-Security-Policy": policy, "X-Robots-Tag": "noindex, nofollow"}
    return Page(re.sub(r"<script[^>]*>.*?</script>", "", page.html, flags=re.DOTALL), headers)


def thanks_page(  # noqa: PLR0913 - as above
    campaign: Campaign,
    language: str,
    *,
    base_url: str,
    count: int | None,
    state: str,
    mailbox: Webmail | None = None,
    correction: OfferedCorrection | None = None,
) -> Page:
    """The page after signing: the one step left if `pending`; thanks, the count and sharing if `confirmed`.

    With a `correction` it says where the email went, and offers to correct the address.
    """
    return _page(
        "hosted/thanks.html",
        language,
        campaign=campaign,
        base_url=base_url,
        correction=correction,
        posts_to=(base_url, *campaign.redirect_url.values(), correction.elsewhere) if correction else (),
        is_framable=True,
        is_pending=state == "pending",
        count=count if campaign.show_count else None,
        sign_url=sign_url(base_url, campaign.id, language),
        mailbox=mailbox,
        share=sharing(base_url, campaign.id, language, campaign.text(language).title),
    )


def confirm_page(
    campaign: Campaign, language: str, *, action: str, signature: SignatureView, is_changed: bool = False
) -> Page:
    """What will be signed, and the button that signs it, which a script presses while the page is visible.

    If it was changed after the email was sent, or the campaign's words differ from those that were signed, no script
    presses it: the reader sees both and decides.
    """
    return _page(
        "links/confirm.html",
        language,
        campaign=campaign,
        base_url=_base_of(action),
        posts_to=(action,),
        action=action,
        signature=signature,
        signed_html=_signed_html(campaign, signature),
        is_changed=is_changed,
    )


def confirmed_page(campaign: Campaign, language: str, *, base_url: str, count: int | None) -> Page:
    """Thanks after the click, the count, and sharing."""
    return _page(
        "links/confirmed.html",
        language,
        campaign=campaign,
        base_url=base_url,
        count=count if campaign.show_count else None,
        share=sharing(base_url, campaign.id, language, campaign.text(language).title),
    )


def withdraw_page(campaign: Campaign, language: str, *, action: str, signature: SignatureView) -> Page:
    """What will be withdrawn, what that means, and the button that does it."""
    return _page(
        "links/withdraw.html",
        language,
        campaign=campaign,
        base_url=_base_of(action),
        posts_to=(action,),
        action=action,
        signature=signature,
    )


def withdrawn_page(campaign: Campaign, language: str, *, base_url: str, was_pending: bool = False) -> Page:
    """Says that the signature is withdrawn and its data deleted; of one that `was_pending`, that it never counted."""
    url = sign_url(base_url, campaign.id, language)
    return _page(
        "links/withdrawn.html", language, campaign=campaign, base_url=base_url, sign_url=url, was_pending=was_pending
    )


def unsubscribe_page(language: str, *, action: str, campaign: Campaign | None = None) -> Page:
    """The button that stops all email to the address; `campaign` is the one whose email contained the link."""
    choices = languages.LANGUAGES
    return _page(
        "links/unsubscribe.html",
        language,
        campaign=campaign,
        base_url=_base_of(action),
        posts_to=(action,),
        action=action,
        choices=choices,
    )


def unsubscribed_page(language: str, *, base_url: str, campaign: Campaign | None = None) -> Page:
    """Says that no more email will be sent."""
    return _page("links/unsubscribed.html", language, campaign=campaign, base_url=base_url)


def leave_updates_page(campaign: Campaign, language: str, *, action: str) -> Page:
    """The button that ends the news of one campaign."""
    return _page(
        "links/leave_updates.html",
        language,
        campaign=campaign,
        base_url=_base_of(action),
        posts_to=(action,),
        action=action,
    )


def left_updates_page(campaign: Campaign, language: str, *, base_url: str) -> Page:
    """Says that no more news of the campaign will be sent."""
    return _page("links/left_updates.html", language, campaign=campaign, base_url=base_url)


def notices_page(language: str, *, action: str = "") -> Page:
    """The button that ends a member's notices, which posts to `action`; or, without one, that they have ended."""
    posts_to = (action,) if action else ()
    return _page("links/notices.html", language, posts_to=posts_to, action=action, choices=languages.LANGUAGES)


def manage_page(  # noqa: PLR0913 - as above
    campaign: Campaign,
    language: str,
    *,
    action: str,
    signature: SignatureView,
    saved: bool = False,
    errors: Sequence[FieldError] = (),
    form_values: Mapping[str, Sequence[str]] | None = None,
) -> Page:
    """The signer's own page: see, correct, show or hide the name, download, withdraw.

    Each is a form that posts to `action` with `do` = save, download or withdraw. `form_values` are refused ones, if
    any.
    """
    stored = {name: [value] for name, value in signature.fields.items()}
    fields = form_fields(
        campaign, language, form_values=stored if form_values is None else form_values, errors=errors, with_email=False
    )
    return _page(
        "links/manage.html",
        language,
        campaign=campaign,
        base_url=_base_of(action),
        posts_to=(action,),
        action=action,
        signature=signature,
        deliveries=shown_deliveries.shown(campaign, language, signature.counted_in),
        signed_html=_signed_html(campaign, signature),
        saved=saved,
        fields=fields,
        form_errors=form_errors(errors, fields, language, others=("public", "consents", "updates")),
        consents=consent_boxes(
            campaign, signature.consents if form_values is None else form_values.get("consents", ())
        ),
        public=signature.public if form_values is None else bool(form_values.get("public")),
        updates=signature.updates if form_values is None else bool(form_values.get("updates")),
        asks_for_updates=signature.asks_for_updates,
    )


def _signed_html(campaign: Campaign, signature: SignatureView) -> Markup:
    """The body of what was signed; empty if unknown."""
    if signature.statement is None:
        return Markup()
    text = campaign.texts.get(signature.statement.language)
    if text is not None and text.sha256 == signature.statement.sha256:
        return Markup(text.body_html)  # noqa: S704 - sanitised when it was saved
    from chalicelib.pages.markdown import to_html  # nh3 and a parser: needed only for words that have been replaced

    return Markup(to_html(signature.statement.body))  # noqa: S704 - sanitised there


def problem_page(
    code: str,
    language: str,
    *,
    status: int,
    campaign: Campaign | None = None,
    base_url: str | None = None,
    **facts: str | int,
) -> Page:
    """An error for a person: what happened, what to do, and, with `campaign` and `base_url`, a link to do it."""
    campaign_url = sign_url(base_url, campaign.id, language) if campaign and base_url is not None else ""
    return _page(
        "layout/problem.html",
        language,
        campaign=campaign,
        base_url=base_url,
        is_framable=True,
        status=status,
        is_error=code != LinkOfTest.code,
        title=languages.problem_title(code, language),
        detail=languages.problem_detail(code, language, **facts),
        sign_again=campaign_url if code in SIGN_AGAIN else "",
        see_campaign=campaign_url if code in SEE_CAMPAIGN else "",
        home=f"{base_url}/" if campaign is None and base_url is not None and code in DEAD_ENDS else "",
    )
