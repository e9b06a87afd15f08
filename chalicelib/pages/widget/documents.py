"""Types of the JSON that the widget and embedding sites receive; only `/openapi.json` loads them."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

Direction = Annotated[str, Field(json_schema_extra={"enum": ["ltr", "rtl"]})]


class Accent(TypedDict):
    """The campaign's accent colour and the colour of text on it, in light and in dark mode."""

    light: str
    on_light: str
    dark: str
    on_dark: str


class WidgetField(TypedDict):
    """One field of the form, in its language; `options` are pairs of value and label, `note` is always in view.

    `suggestions` are answers to offer while somebody types; any other is as good.
    """

    name: str
    label: str
    kind: Annotated[str, Field(json_schema_extra={"enum": ["email", "tel", "text", "textarea", "select", "checkbox"]})]
    required: NotRequired[Literal[True]]
    options: NotRequired[list[list[str]]]
    autocomplete: NotRequired[str]
    short: NotRequired[Literal[True]]
    note: NotRequired[str]
    suggestions: NotRequired[list[str]]


class WidgetPicture(TypedDict):
    """The campaign's picture, which the widget shows where it is asked to; `tall` ones are not to be cut."""

    url: str
    alt: str
    width: int
    height: int
    tall: bool


class WidgetDelivery(TypedDict):
    """When and to whom the campaign was handed over last; `more` are the words of the link `url`. All but the sentence may be empty."""

    sentence: str
    words: str
    url: str
    more: str


class ConsentBox(TypedDict):
    """A sponsor that may write to the signer if the signer agrees."""

    id: str
    name: str
    privacy_url: str


class SharePlace(TypedDict):
    """A service that a signer can share the campaign by."""

    name: str
    url: str


class Share(TypedDict):
    """The link to share, and words around it."""

    url: str
    text: str
    places: list[SharePlace]


# `class` cannot be an attribute name in Python.
WidgetCaptcha = TypedDict(
    "WidgetCaptcha",
    {"provider": str, "name": str, "site_key": str, "field": str, "class": str, "script": str},
)


class FormDocument(TypedDict):
    """Everything that the widget shows, in one language; `hidden` is sent back as it is."""

    campaign: str
    accent: Accent | None
    language: str
    interface: str
    direction: Direction
    text_direction: Direction
    phase: Annotated[str, Field(json_schema_extra={"enum": ["open", "early", "closed"]})]
    opens_on: str | None
    last_day: str | None
    eyebrow: str
    targets: list[str]
    title: str
    summary: str
    picture: WidgetPicture | None
    delivered: WidgetDelivery | None
    thanks: str
    page: str
    button: str
    fields: list[WidgetField]
    show_name: bool
    updates: bool
    consents: list[ConsentBox]
    handover: str | None
    notes: list[str]
    sender: str
    redirect_url: str | None
    share: Share
    captcha: WidgetCaptcha | None
    hidden: dict[str, str]
    words: dict[str, str]
    count: Annotated[int, Field(ge=0)] | None
    goal: int | None


class Embedding(TypedDict):
    """An oEmbed 1.0 response of type `rich`: a frame with the form, and a picture if there is one that fits."""

    version: Literal["1.0"]
    type: Literal["rich"]
    title: str
    author_name: str
    author_url: NotRequired[str]
    provider_name: str
    provider_url: str
    cache_age: int
    html: str
    width: int
    height: int
    thumbnail_url: NotRequired[str]
    thumbnail_width: NotRequired[int]
    thumbnail_height: NotRequired[int]
