"""Campaigns and signatures to show on pages and in emails; nothing is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.campaigns.campaign import (
    Campaign,
    CampaignKind,
    CampaignState,
    Confirmation,
    Field,
    Sender,
    Sponsor,
    Target,
    Text,
)
from chalicelib.pages.signature_view import SignatureView

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
BASE = "https://api.example.org/api"

PETITION_EN = Text(
    title="No US troops in Peru",
    summary="Ask Congress to stop a deployment of 1,200 soldiers and to suspend military assistance to Peru.",
    body_html="""<p>The governments of the United States and of Peru have agreed on an operation named
“Centinela Resuelto 2023”. It would bring 1,200 US soldiers to Peru, with weapons and equipment for joint exercises.</p>
<p>We ask the committees on Foreign Relations and on Appropriations to</p>
<ul><li>suspend all military assistance to Peru,</li>
<li>review the agreement on drug trafficking in the open, so that it cannot serve as a pretext.</li></ul>
<p>What Peru needs now is more democracy, not more soldiers: a clear calendar for new elections, decided by Peruvians.
<a href="https://example.org/background">Read the background</a>.</p>
<p>Foreign arms would only strengthen a government that came from a break of the constitutional order.</p>""",
    call_to_action="Sign the petition",
    thanks="Congress counts letters. Thank you for adding yours.",
)
PETITION_ES = Text(
    title="No a las tropas de Estados Unidos en el Perú",
    summary="Pida al Congreso que detenga el envío de 1200 soldados y suspenda la ayuda militar al Perú.",
    body_html="""<p>Los gobiernos de Estados Unidos y del Perú acordaron una operación llamada
“Centinela Resuelto 2023”: 1200 soldados estadounidenses llegarían al país con armas y equipos para ejercicios conjuntos.</p>
<p>Pedimos a los comités de Relaciones Exteriores y de Asignaciones que suspendan toda ayuda militar y que revisen
a la luz pública el acuerdo contra el tráfico de drogas.</p>
<p>Lo que el Perú necesita es más democracia: un calendario claro de elecciones, decidido por su gente.</p>""",
    call_to_action="Firmar la petición",
    thanks="El Congreso cuenta las cartas. Gracias por sumar la suya.",
)
PETITION_AR = Text(
    title="لا لقوات الولايات المتحدة في بيرو",
    summary="نطلب من الكونغرس وقف إرسال 1,200 جندي وتعليق المساعدات العسكرية إلى بيرو.",
    body_html="""<p>اتفقت حكومتا الولايات المتحدة وبيرو على عملية اسمها “Centinela Resuelto 2023”، تجلب إلى البلاد
1,200 جندي أمريكي بأسلحتهم ومعداتهم من أجل تدريبات مشتركة.</p>
<p>نطلب من لجنتي العلاقات الخارجية والاعتمادات:</p>
<ul><li>تعليق كل مساعدة عسكرية إلى بيرو،</li><li>مراجعة اتفاق مكافحة المخدرات علنًا.</li></ul>
<p>ما تحتاج إليه بيرو هو مزيد من الديمقراطية: جدول زمني واضح لانتخابات جديدة يقرره أهلها.
<a href="https://example.org/background">خلفية الموضوع</a>.</p>""",
    call_to_action="توقيع العريضة",
    thanks="الكونغرس يعدّ الرسائل. شكرًا على إضافة رسالتك.",
)
LETTER_EN = Text(
    title="Stop funding repression in Peru",
    summary="A letter to the President of the United States, signed by people who ask for a halt of military assistance.",
    body_html="<p>Dear President Biden,</p><p>More than seventy people were killed and thousands hurt.</p>" * 6,
    call_to_action="Add my name to the letter",
    thanks="Your name now stands under the letter.",
)
# What the interface speaks and the samples do not is shown with English words of the campaign.
PETITION = {"en": PETITION_EN, "es": PETITION_ES, "ar": PETITION_AR}
ORGANIZERS = Sender(name="Peru Solidarity", email="actions@example.org")


def a_petition(**changes: Any) -> Campaign:
    """An open petition in English and Spanish, confirmed by a link."""
    return Campaign(**{
        "id": "no-troops",
        "version": 1,
        "kind": CampaignKind.PETITION,
        "state": CampaignState.OPEN,
        "default_language": "en",
        "texts": {"en": PETITION_EN, "es": PETITION_ES},
        "targets": (Target("Committee on Foreign Relations"), Target("Committee on Appropriations")),
        "sponsors": (
            Sponsor("wbw", "World BEYOND War", "https://example.org/wbw", "https://example.org/wbw/privacy"),
            Sponsor("cidd", "Centro de Investigación Drogas y Derechos Humanos", "https://example.org/cidd"),
        ),
        "sender": ORGANIZERS,
        "goal": 5000,
        "fields": (
            Field("given_name", required=True),
            Field("family_name", required=True),
            Field("country", required=True),
            Field("organization"),
            Field("custom.chapter", type="select", label={"en": "Chapter", "es": "Sede"}, options=("Lima", "Cusco")),
        ),
        "redirect_url": {"es": "https://example.org/gracias"},
        "show_signers": True,
        "time_zone": "America/Lima",
        **changes,
    })  # fmt: skip


def a_petition_in(language: str, **changes: Any) -> Campaign:
    """One that has a text in `language` besides English and Spanish."""
    texts = {"en": PETITION_EN, "es": PETITION_ES, language: PETITION.get(language, PETITION_EN)}
    return a_petition(texts=texts, **changes)


def a_letter_in(language: str, **changes: Any) -> Campaign:
    """The letter with its text in `language` besides English."""
    return a_letter(texts={"en": LETTER_EN, language: LETTER_EN}, **changes)


def a_letter(**changes: Any) -> Campaign:
    """An open letter to a member of Congress with sponsors, confirmed at once."""
    return a_petition(**{
        "id": "stop-funding",
        "kind": CampaignKind.LETTER,
        "texts": {"en": LETTER_EN},
        "targets": (Target("The President of the United States"),),
        "sponsors": (Sponsor("codepink", "CODEPINK", "https://example.org/cp", "https://example.org/cp/privacy"),),
        "confirmation": Confirmation.SINGLE,
        "fields": (Field("given_name", required=True), Field("postal_code"), Field("comment"),
                   Field("custom.veteran", type="checkbox", label={"en": "I am a veteran"})),
        "goal": None,
        "show_signers": False,
        **changes,
    })  # fmt: skip


def a_signature(**changes: Any) -> SignatureView:
    """A signature as its signer sees it."""
    return SignatureView(**{
        "fields": {"given_name": "María José", "family_name": "Quispe O’Connor", "country": "PE",
                   "organization": "Vecinas de Huamanga", "custom.chapter": "Lima"},
        "public": True,
        "state": "confirmed",
        "signed_at": NOW,
        "consents": ("wbw",),
        **changes,
    })  # fmt: skip
