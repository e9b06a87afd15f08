"""Every page in every state that a person can meet, and every email, by name: for pictures and for tests of all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.campaigns.campaign import CampaignState
from chalicelib.domain.campaigns.deliveries import Delivery
from chalicelib.domain.campaigns.pictures import Picture
from chalicelib.domain.errors import FieldError
from chalicelib.domain.signatures.mail_marks import MailKind
from chalicelib.mail.email_messages import MailLinks, compose
from chalicelib.pages import rendering
from chalicelib.pages.hosted.corrections import OfferedCorrection
from chalicelib.pages.hosted.front_page import ListedCampaign
from chalicelib.pages.rendering import Page
from tools.screenshots.sample_pages import BASE, NOW, a_letter_in, a_petition_in, a_signature

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MISTAKES = (
    FieldError("email", "not_an_email"),
    FieldError("country", "missing"),
    FieldError("given_name", "url_in_name"),
    FieldError("_next", "next_not_allowed"),
)
TYPED: Mapping[str, Sequence[str]] = {
    "given_name": ["www.example.org"],
    "family_name": ["Quispe"],
    "email": ["maria@"],
    "consents": ["cidd"],
    "public": ["yes"],
}

SIGNERS = ("Ana Quispe", "محمد علي", "Sindicato Unido")
MAILED_TO = "maria.jose.quispe.o-connor@a-long-domain-of-an-organization.example.org"


def gallery(language: str) -> dict[str, Page]:
    """All of them in one language."""
    return (
        front_pages(language)
        | sign_pages(language)
        | thanks_pages(language)
        | link_pages(language)
        | problem_pages(language)
    )


def front_pages(language: str) -> dict[str, Page]:
    """What can be signed, and that nothing can."""
    other = "es" if language == "en" else "en"
    listed = tuple(
        ListedCampaign(a_petition_in(one).text(one).title, one, kind, f"{BASE}/sign/{kind}?lang={one}")
        for one, kind in ((language, "petition"), (other, "letter"))
    )
    return {
        "front": rendering.front_page(listed, language, base_url=BASE),
        "front-empty": rendering.front_page((), language, base_url=BASE),
    }


def sign_pages(language: str) -> dict[str, Page]:
    """The form, open and closed, empty and with mistakes."""

    def page(count: int | None = 3127, *, form_only: bool = False, **changes: object) -> Page:
        petition = a_petition_in(language, **changes)
        return rendering.sign_page(petition, language, base_url=BASE, count=count, now=NOW, form_only=form_only)

    return {
        "sign": page(),
        "sign-deadline": page(count=1, closes_at=NOW + timedelta(days=8), goal=None),
        "sign-accent": page(accent="#ffd54a"),
        "sign-picture": page(picture=_a_picture(language, "1600x1067"), logo=_a_picture(language, "480x139")),
        "sign-poster": page(picture=_a_picture(language, "1067x1600")),
        "sign-early": page(count=0, opens_at=NOW + timedelta(days=8)),
        "sign-closed": page(count=12345, state=CampaignState.CLOSED),
        "sign-delivered": page(delivered=_deliveries(language)),
        "sign-names": rendering.sign_page(
            a_petition_in(language),
            language,
            base_url=BASE,
            count=3127,
            now=NOW,
            signers=SIGNERS,
        ),
        "sign-frame": page(form_only=True, delivered=_deliveries(language)),
        "sign-letter": rendering.sign_page(a_letter_in(language), language, base_url=BASE, count=0, now=NOW),
        "sign-mistakes": rendering.sign_page(
            a_petition_in(language), language, base_url=BASE, count=3127, now=NOW, form_values=TYPED, errors=MISTAKES
        ),
    }


def _a_picture(language: str, size: str) -> Picture:
    return Picture(f"{'0' * 32}-{size}", {language: a_petition_in(language).text(language).title})


def _deliveries(language: str) -> tuple[Delivery, ...]:
    about, words = "https://www.example.org/handed-over", {language: a_petition_in(language).text(language).summary}
    return (
        Delivery("Committee on Foreign Relations", NOW.date(), words, about),
        Delivery("The President of the United States", NOW.date() - timedelta(days=30)),
    )


def thanks_pages(language: str) -> dict[str, Page]:
    """What a signer sees after sending the form."""
    return {
        "thanks-pending": rendering.thanks_page(
            a_petition_in(language), language, base_url=BASE, count=3127, state="pending"
        ),
        "thanks-confirmed": rendering.thanks_page(
            a_letter_in(language), language, base_url=BASE, count=3128, state="confirmed"
        ),
        "thanks-where": _thanks_where(language),
        "thanks-mistyped": rendering.thanks_page(
            a_petition_in(language),
            language,
            base_url=BASE,
            count=3127,
            state="pending",
            correction=OfferedCorrection(
                typed="maria@gmial.com",
                address="maria@gmail.com",
                action=f"{BASE}/campaigns/stop-funding/signatures",
                hidden=(("lang", language), ("email", "maria@gmail.com"), ("_instead_of", "maria@gmial.com")),
                elsewhere="https://elsewhere.example/ok",
            ),
        ),
    }


def _thanks_where(language: str) -> Page:
    offer = OfferedCorrection(
        typed="maria@example.org",
        masked="m…@example.org",
        address="",
        action=f"{BASE}/campaigns/stop-funding/signatures",
        hidden=(("lang", language), ("_instead_of", "maria@example.org")),
        elsewhere="",
    )
    return rendering.thanks_page(
        a_petition_in(language), language, base_url=BASE, count=3127, state="pending", correction=offer
    )


def link_pages(language: str) -> dict[str, Page]:
    """What links in emails lead to."""
    petition, signature, manage = a_petition_in(language), a_signature(), f"{BASE}/manage/abc"
    wrong = (FieldError("family_name", "too_long", limit=100),)
    return {
        "confirm": rendering.confirm_page(petition, language, action=f"{BASE}/confirm/abc", signature=signature),
        "confirmed": rendering.confirmed_page(petition, language, base_url=BASE, count=3128),
        "withdraw": rendering.withdraw_page(petition, language, action=f"{BASE}/withdraw/abc", signature=signature),
        "withdraw-delivered": rendering.withdraw_page(
            petition, language, action=f"{BASE}/withdraw/abc", signature=a_signature(counted_in=_deliveries(language))
        ),
        "withdraw-pending": rendering.withdraw_page(
            petition, language, action=f"{BASE}/withdraw/abc", signature=replace(signature, state="pending")
        ),
        "withdrawn": rendering.withdrawn_page(petition, language, base_url=BASE),
        "unsubscribe": rendering.unsubscribe_page(language, action=f"{BASE}/unsubscribe/abc", campaign=petition),
        "unsubscribed": rendering.unsubscribed_page(language, base_url=BASE, campaign=petition),
        "manage": rendering.manage_page(petition, language, action=manage, signature=signature, saved=True),
        "manage-delivered": rendering.manage_page(
            petition, language, action=manage, signature=a_signature(counted_in=_deliveries(language))
        ),
        "manage-mistakes": rendering.manage_page(petition, language, action=manage, signature=signature, errors=wrong),
    }


def problem_pages(language: str) -> dict[str, Page]:
    """What is shown when something is wrong."""
    return {
        "problem": rendering.problem_page("not_found", language, status=404),
        "problem-expired": rendering.problem_page(
            "link_expired", language, status=410, campaign=a_petition_in(language), base_url=BASE
        ),
    }


def mails(language: str) -> dict[str, Page]:
    """The mails, as pages to look at."""
    links = MailLinks(
        *(f"{BASE}/{what}/{'x' * 60}" for what in ("confirm", "withdraw", "unsubscribe", "manage", "sign"))
    )
    soon = a_petition_in(language, closes_at=NOW + timedelta(days=5))
    written = {
        f"mail-{kind}": compose(kind, soon, language, to=MAILED_TO, links=links, now=NOW) for kind in MailKind
    } | {
        "mail-thanks-single": compose(
            MailKind.THANKS, a_letter_in(language), language, to=MAILED_TO, links=links, now=NOW
        )
    }
    return {name: Page(mail.html, {"Content-Type": "text/html; charset=utf-8"}) for name, mail in written.items()}
