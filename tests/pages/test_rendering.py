from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.domain.campaigns.campaign import CampaignState, Field
from chalicelib.domain.errors import FieldError
from chalicelib.i18n import languages
from chalicelib.i18n.text_direction import direction
from chalicelib.pages import rendering
from chalicelib.pages.security_headers import csp_hash
from chalicelib.pages.templating import inline
from tests.pages.outline import Outline
from tools.screenshots.gallery import MISTAKES, TYPED, gallery
from tools.screenshots.sample_pages import BASE, NOW, PETITION_EN, a_letter, a_petition, a_signature

GALLERY = {language: gallery(language) for language in languages.LANGUAGES}
# Two languages that run from the left say as much as four.
LOOKED_AT = {code: pages for code, pages in GALLERY.items() if code in {"en", "es"} or direction(code) == "rtl"}
EVERY = [pytest.param(page, id=f"{name}-{code}") for code, pages in LOOKED_AT.items() for name, page in pages.items()]
HOSTILE = '"><script>alert(1)</script>{{ 7*7 }}{x}'


def the_sign_page(**facts: object) -> rendering.Page:
    told = {"base_url": BASE, "count": 3127, "now": NOW, **facts}
    campaign = told.pop("campaign", a_petition())
    return rendering.sign_page(campaign, told.pop("language", "en"), **told)  # type: ignore[arg-type]


@pytest.mark.parametrize("page", EVERY)
class TestEveryPage:
    def test_is_whole_html_in_a_declared_language(self, page: rendering.Page) -> None:
        outline = Outline(page.html)
        assert page.html.lstrip().startswith("<!doctype html>")
        assert outline.unclosed == []
        assert outline.one("html")["lang"] == page.headers["Content-Language"]
        assert outline.one("html")["dir"] == direction(outline.one("html")["lang"])
        assert outline.one("title").text.strip()

    def test_has_one_headline(self, page: rendering.Page) -> None:
        assert Outline(page.html).one("h1").text.strip()

    def test_points_only_at_what_is_on_the_page(self, page: rendering.Page) -> None:
        outline = Outline(page.html)
        ids = outline.ids()
        assert len(ids) == len(set(ids))
        for element in outline.elements:
            names = [element.get(a) for a in ("for", "aria-describedby", "aria-labelledby") if element.get(a)]
            anchors = [element["href"][1:]] if (element.get("href") or "").startswith("#") else []
            assert {*names, *anchors} <= set(ids)

    def test_loads_nothing_but_our_pictures_and_runs_only_its_own_script(self, page: rendering.Page) -> None:
        outline = Outline(page.html)
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        (script,) = [one for one in outline.all("script") if one.get("type") != "application/ld+json"]
        assert f"script-src {csp_hash(script.text)};" in policy
        assert f"style-src {' '.join(csp_hash(style.text) for style in outline.all('style'))};" in policy
        for element in outline.elements:
            loaded = [element.get("src"), *re.findall(r"\S+/\S+", element.get("srcset") or "")]
            assert [
                url for url in loaded if url and not (element.tag == "img" and url.startswith(f"{BASE}/pictures/"))
            ] == []
            assert "style" not in element.attributes
            assert not [name for name in element.attributes if name.startswith("on")]
        assert not outline.all("link", rel="stylesheet")

    def test_keeps_to_the_path_prefix_of_the_api(self, page: rendering.Page) -> None:
        for element in Outline(page.html).elements:
            for name in ("href", "action"):
                assert not (element.get(name) or "").startswith("/")
                assert "api.example.org/" not in (element.get(name) or "").replace(f"{BASE}/", "")

    def test_every_control_has_its_label(self, page: rendering.Page) -> None:
        outline = Outline(page.html)
        labelled = {label["for"] for label in outline.all("label")}
        for tag in ("input", "select", "textarea"):
            for control in outline.all(tag):
                assert control.get("type") == "hidden" or control["id"] in labelled

    def test_every_form_says_its_language(self, page: rendering.Page) -> None:
        outline = Outline(page.html)
        assert len(outline.all("input", name="lang")) == len(outline.all("form"))


@pytest.mark.parametrize("language", languages.LANGUAGES[1:])
def test_pages_of_another_language_are_not_english(language: str) -> None:
    for name, page in GALLERY[language].items():
        outline, english = Outline(page.html), Outline(GALLERY["en"][name].html)
        assert outline.one("html")["lang"] == language
        assert outline.one("main").text != english.one("main").text


def test_form_asks_what_the_campaign_asks_and_says_what_is_optional() -> None:
    outline = Outline(the_sign_page().html)
    form = outline.one("form")
    assert (form["method"], form["action"]) == ("post", f"{BASE}/campaigns/no-troops/signatures")
    assert form.get("enctype") is None
    names = [e.get("name") for e in outline.elements if e.tag in {"input", "select", "textarea"}]
    assert names == [
        "lang", "given_name", "family_name", "email", "country", "organization", "custom.chapter", "public",
        "consents", "consents", "website",
    ]  # fmt: skip
    labels = {label["for"]: label.text for label in outline.all("label")}
    assert "(optional)" in labels["f-organization"]
    assert "(optional)" not in labels["f-email"]
    assert outline.one("input", name="email")["autocomplete"] == "email"
    assert outline.one("select", name="country")["autocomplete"] == "country"


def test_browsers_know_what_to_fill_in_and_which_keys_to_show() -> None:
    names = ("organization", "title", "country", "region", "locality", "postal_code", "phone", "comment")
    outline = Outline(the_sign_page(campaign=a_petition(fields=tuple(map(Field, names)))).html)
    controls = {e["name"]: e for tag in ("input", "select", "textarea") for e in outline.all(tag)}
    assert {name: controls[name].get("autocomplete") for name in ("given_name", "family_name", "email", *names)} == {
        "given_name": "given-name", "family_name": "family-name", "email": "email", "organization": "organization",
        "title": "organization-title", "country": "country", "region": "address-level1", "locality": "address-level2",
        "postal_code": "postal-code", "phone": "tel", "comment": None,
    }  # fmt: skip
    assert {name: e["inputmode"] for name, e in controls.items() if e.get("inputmode")} == {
        "email": "email",
        "phone": "tel",
    }


def test_a_mistake_in_a_group_leads_to_the_group() -> None:
    outline = Outline(the_sign_page(errors=[FieldError("consents", "bad_consent")]).html)
    assert outline.one("a", href="#f-consents").text.startswith("Choose only from")
    assert outline.one("fieldset", id="f-consents")["tabindex"] == "-1"


def test_sides_are_where_a_text_begins_and_ends_never_left_and_right() -> None:
    style = inline("layout/style.css")
    assert re.findall(r"[\w-]*\b(?:left|right)\b[^;{}]*", style) == []
    # Four values in one turn nothing around, unless the second and the fourth are the same.
    four = re.findall(r"(?:margin|padding|inset|border-width): ([^;\s]+) ([^;\s]+) ([^;\s]+) ([^;\s]+);", style)
    assert [sides for sides in four if sides[1] != sides[3]] == []


def test_nothing_is_ticked_before_the_signer_ticks_it() -> None:
    boxes = Outline(the_sign_page().html).all("input", type="checkbox")
    assert len(boxes) == 3
    assert [box for box in boxes if "checked" in box.attributes] == []


def test_a_refused_form_keeps_what_was_typed() -> None:
    page = the_sign_page(
        form_values={**TYPED, "country": ["PE"], "custom.chapter": ["Cusco"], "consents": ["wbw", "cidd"]},
        errors=MISTAKES,
    )
    outline = Outline(page.html)
    assert outline.one("input", name="given_name")["value"] == "www.example.org"
    assert [o["value"] for o in outline.all("option") if "selected" in o.attributes] == ["PE", "Cusco"]
    assert all("checked" in box.attributes for box in outline.all("input", name="consents"))
    assert "checked" in outline.one("input", name="public").attributes


def test_each_mistake_is_beside_its_field_and_in_the_summary() -> None:
    outline = Outline(the_sign_page(errors=MISTAKES).html)
    email = outline.one("input", name="email")
    assert email["aria-invalid"] == "true"
    assert "name@example.org" in outline.one("p", id=email["aria-describedby"]).text
    assert outline.one("input", name="family_name")["aria-invalid"] == "false"
    summary = outline.one("div", role="alert")
    assert summary["tabindex"] == "-1"
    assert "autofocus" in summary.attributes
    links = [a["href"] for a in outline.all("a") if "ul" in a.parents and a["href"].startswith("#")]
    assert links == ["#f-given_name", "#f-email", "#f-country"]
    assert "may not send you on" in summary.text
    assert outline.one("title").text.startswith("Error: ")


def test_mistakes_are_said_in_the_language_of_the_page() -> None:
    page = the_sign_page(language="es", errors=[FieldError("email", "missing", "Enter your email address.")])
    assert "Escriba su correo electrónico." in page.html
    assert "Enter your" not in page.html


def test_the_trap_is_out_of_reach_of_people() -> None:
    trap = Outline(the_sign_page().html).one("input", name="website")
    assert (trap["tabindex"], trap["autocomplete"], trap["value"]) == ("-1", "off", "")
    assert {"hidden", "data-1p-ignore", "data-bwignore", "data-lpignore"} <= trap.attributes.keys()


def test_hidden_fields_travel_along_but_never_answer_for_the_signer() -> None:
    hidden = {
        "source": "whatsapp",
        "_next": "https://elsewhere.example/ok",
        "public": "yes",
        "lang": "xx",
        "utm_term": "",
    }
    page = the_sign_page(hidden=hidden)
    carried = {e["name"]: e["value"] for e in Outline(page.html).all("input", type="hidden")}
    assert carried == {"lang": "en", "source": "whatsapp", "_next": "https://elsewhere.example/ok"}


def test_what_strangers_type_is_only_ever_text() -> None:
    typed = {name: [HOSTILE] for name in ("given_name", "email", "custom.chapter", "consents")}
    signature = a_signature(fields={"given_name": HOSTILE, "email": HOSTILE, "custom.chapter": HOSTILE})
    link = f"{BASE}/x"
    pages = (
        the_sign_page(
            form_values=typed, hidden={"source": HOSTILE, HOSTILE: "1"}, errors=[FieldError(HOSTILE, HOSTILE)]
        ),
        rendering.confirm_page(a_petition(), "en", action=link, signature=signature),
        rendering.withdraw_page(a_petition(), "en", action=link, signature=signature),
        rendering.manage_page(a_petition(), "en", action=link, signature=signature),
    )
    for page in pages:
        assert [s for s in Outline(page.html).all("script") if "alert(1)" in s.text] == []
        assert "alert(1)" in page.html
        assert "49{x}" not in page.html


def test_the_form_may_reach_where_it_is_sent_on_to() -> None:
    policy = the_sign_page(hidden={"_next": "https://next.example:8443/a?b#c"}).headers["Content-Security-Policy"]
    actions = next(part for part in policy.split("; ") if part.startswith("form-action"))
    assert actions.split()[1:] == [
        "'self'", "https://api.example.org", "https://example.org", "https://next.example:8443",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://a;script-src *", "https://a b.example", "//x", "data:x"]
)
def test_no_address_can_widen_the_policy(url: str) -> None:
    plain = the_sign_page().headers["Content-Security-Policy"]
    assert the_sign_page(hidden={"_next": url}).headers["Content-Security-Policy"] == plain


def test_pictures_are_let_in_only_where_the_statement_has_some() -> None:
    text = replace(PETITION_EN, body_html='<p><img src="https://example.org/a.png" alt="A march"></p>')
    assert "img-src data:" in the_sign_page().headers["Content-Security-Policy"]
    policy = the_sign_page(campaign=a_petition(texts={"en": text})).headers["Content-Security-Policy"]
    assert "img-src https: data:" in policy


@pytest.mark.parametrize("name", ["confirm", "confirmed", "withdraw", "withdrawn", "unsubscribe", "manage"])
def test_link_pages_cannot_be_framed_and_tell_nobody_their_address(name: str) -> None:
    headers = GALLERY["en"][name].headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_the_hosted_form_may_be_framed_and_posts_with_its_origin() -> None:
    headers = the_sign_page().headers
    assert "frame-ancestors *" in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": CampaignState.CLOSED}, "Signatures are no longer accepted"),
        ({"closes_at": NOW}, "Signatures are no longer accepted"),
        ({"opens_at": datetime(2026, 12, 1, 3, tzinfo=UTC)}, "from November 30, 2026."),
        ({"state": CampaignState.DRAFT}, "Come back soon"),
    ],
)
def test_a_campaign_that_is_not_open_shows_why_and_no_form(changes: dict[str, object], words: str) -> None:
    outline = Outline(the_sign_page(campaign=a_petition(**changes)).html)
    assert outline.all("form") == []
    assert words in " ".join(outline.one("section", id="sign").text.split())
    assert "Centinela" in outline.one("article").text


def test_the_last_day_is_the_one_before_a_midnight_in_the_campaigns_time_zone() -> None:
    midnight_in_lima = datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert "Open until November 30, 2026." in the_sign_page(campaign=a_petition(closes_at=midnight_in_lima)).html


@pytest.mark.parametrize(
    ("count", "goal", "words"),
    [
        (3127, 5000, "3,127 of 5,000 signatures"),
        (6000, 5000, "6,000 of 5,000 signatures"),
        (1, None, "1 signature"),
        (2, None, "2 signatures"),
        (0, 5000, "Be the first to sign."),
    ],
)
def test_progress_is_the_real_number(count: int, goal: int | None, words: str) -> None:
    outline = Outline(the_sign_page(count=count, campaign=a_petition(goal=goal)).html)
    assert " ".join(outline.one("p", class_="count").text.split()) == words
    assert [int(bar["value"]) for bar in outline.all("progress")] == ([min(count, goal)] if goal else [])


@pytest.mark.parametrize("changes", [{"state": CampaignState.CLOSED}, {"state": CampaignState.DRAFT}])
def test_nobody_is_asked_to_be_the_first_where_nobody_can_sign(changes: dict[str, object]) -> None:
    assert "Be the first" not in the_sign_page(count=0, campaign=a_petition(**changes)).html


def test_a_campaign_may_keep_its_count_to_itself() -> None:
    hidden = a_petition(show_count=False)
    pages = (
        the_sign_page(campaign=hidden),
        the_sign_page(campaign=replace(hidden, state=CampaignState.CLOSED)),
        rendering.thanks_page(hidden, "en", base_url=BASE, count=3127, state="confirmed"),
        rendering.confirmed_page(hidden, "en", base_url=BASE, count=3127),
    )
    assert [page for page in pages if "3,127" in page.html] == []


def test_names_are_offered_for_show_only_where_signers_are_shown() -> None:
    assert Outline(the_sign_page(campaign=a_letter()).html).all("input", name="public") == []


def test_languages_are_linked_and_keep_where_the_signer_came_from() -> None:
    outline = Outline(the_sign_page(language="es", hidden={"source": "mail"}).html)
    links = {a["hreflang"]: a for a in outline.all("a") if a.get("hreflang")}
    assert links["en"]["href"] == f"{BASE}/sign/no-troops?lang=en&source=mail"
    assert links["es"]["aria-current"] == "true"
    assert outline.one("link", rel="canonical")["href"] == f"{BASE}/sign/no-troops?lang=es"


def test_a_campaign_in_another_language_says_which_words_are_its_own() -> None:
    text = replace(PETITION_EN, title="نیروهای آمریکایی در پرو نه")
    campaign = a_petition(default_language="fa", texts={"fa": text})
    outline = Outline(the_sign_page(campaign=campaign, language="fa").html)
    assert outline.one("html")["lang"] == "en"
    assert (outline.one("h1")["lang"], outline.one("h1")["dir"]) == ("fa", "rtl")
    assert outline.one("article")["dir"] == "rtl"
    assert outline.one("input", name="lang")["value"] == "fa"


def test_after_a_double_confirmation_the_one_step_left_is_all_there_is() -> None:
    html = GALLERY["en"]["thanks-pending"].html
    assert "One step left" in Outline(html).one("h1").text
    assert "wa.me" not in html


def test_sharing_says_where_it_came_from() -> None:
    html = GALLERY["en"]["thanks-confirmed"].html
    for source in ("whatsapp", "telegram", "email", "facebook", "x", "bluesky"):
        assert f"source%3D{source}" in html
    assert Outline(html).one("input", id="share-url")["value"] == f"{BASE}/sign/stop-funding?lang=en&source=link"


def test_confirming_shows_what_will_be_signed_and_by_whom() -> None:
    outline = Outline(GALLERY["en"]["confirm"].html)
    shown = outline.one("dl").text
    assert "No US troops in Peru" in shown
    assert "María José Quispe O’Connor" in shown
    assert "data-press" in outline.one("form").attributes
    assert outline.one("form")["action"] == f"{BASE}/confirm/abc"


def test_only_confirming_is_pressed_by_a_script() -> None:
    assert [name for name, page in GALLERY["en"].items() if "data-press>" in page.html] == ["confirm"]


def test_an_organization_signs_in_its_own_name() -> None:
    signature = a_signature(fields={"organization": "Vecinas de Huamanga"})
    page = rendering.confirm_page(a_petition(), "en", action=f"{BASE}/x", signature=signature)
    assert "Vecinas de Huamanga" in Outline(page.html).one("dl").text


def test_managing_offers_to_save_download_and_withdraw() -> None:
    outline = Outline(GALLERY["en"]["manage"].html)
    assert [e["value"] for e in outline.all("input", name="do")] == ["save", "download", "withdraw"]
    assert {form["action"] for form in outline.all("form")} == {f"{BASE}/manage/abc"}
    assert outline.one("input", name="given_name")["value"] == "María José"
    assert [o["value"] for o in outline.all("option") if "selected" in o.attributes] == ["PE", "Lima"]
    ticked = {e["value"] for e in outline.all("input", type="checkbox") if "checked" in e.attributes}
    assert ticked == {"yes", "wbw"}
    assert outline.all("input", name="email") == []


def test_a_refused_correction_keeps_what_was_typed() -> None:
    page = rendering.manage_page(
        a_petition(), "en", action=f"{BASE}/x", signature=a_signature(),
        form_values={"given_name": ["www.example.org"]}, errors=[FieldError("given_name", "url_in_name")],
    )  # fmt: skip
    outline = Outline(page.html)
    assert outline.one("input", name="given_name")["value"] == "www.example.org"
    assert [e for e in outline.all("input", type="checkbox") if "checked" in e.attributes] == []


def test_emptying_every_field_of_a_correction_is_not_undone() -> None:
    page = rendering.manage_page(
        a_petition(), "en", action=f"{BASE}/x", signature=a_signature(), form_values={},
        errors=[FieldError("given_name", "missing")],
    )  # fmt: skip
    assert Outline(page.html).one("input", name="given_name")["value"] == ""


@pytest.mark.parametrize("code", ["link_expired", "link_invalid", "already_withdrawn"])
def test_a_dead_link_leads_to_signing_again(code: str) -> None:
    page = rendering.problem_page(code, "es", status=410, campaign=a_petition(), base_url=BASE)
    link = Outline(page.html).one("a", class_="button")
    assert link["href"] == f"{BASE}/sign/no-troops?lang=es"
    assert link.text == "Firmar de nuevo"


def test_a_problem_without_a_campaign_still_says_what_to_do() -> None:
    outline = Outline(rendering.problem_page("campaign_not_found", "en", status=404).html)
    assert outline.one("h1").text == "We cannot find this campaign"
    assert "Error 404" in outline.one("main").text
    assert outline.all("a", class_="button") == []


def test_no_class_of_the_dashboards_own_styles_means_something_else_on_the_pages() -> None:
    """The dashboard has both sheets: a class that both lay out would take the look of the other."""
    folder = Path(__file__).parents[2] / "chalicelib" / "pages"
    ours = (folder / "dashboard" / "static" / "shell" / "admin.css").read_text()
    pages = (folder / "templates" / "layout" / "style.css").read_text()
    assert ".hint {" in ours
    assert ".hint" not in pages
