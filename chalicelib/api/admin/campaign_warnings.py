"""What of a campaign's document is saved and will not be seen, or not as it is meant; nothing is refused for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import FieldError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def warnings_of(document: Mapping[str, Any]) -> list[FieldError]:
    """The places in a document as it was written, each with the code of what is wrong there."""
    return [*_unshown_words(document), *_languages_without_text(document)]


def _unshown_words(document: Mapping[str, Any]) -> Iterator[FieldError]:
    from chalicelib.pages.markdown import unshown

    for language, text in document["texts"].items():
        for code in unshown(text["body"]):
            yield FieldError(f"texts.{language}.body", code)


def _languages_without_text(document: Mapping[str, Any]) -> Iterator[FieldError]:
    """Nobody reads a page in these languages, so nobody sees what is written for them."""
    places = [("redirect_url", document["redirect_url"])]
    places += [(f"targets.{n}.names", target["names"]) for n, target in enumerate(document["targets"])]
    places += [(f"fields.{n}.label", field["label"]) for n, field in enumerate(document["fields"])]
    places += [(f"emails.{kind}", words) for kind, words in document.get("emails", {}).items()]
    for place, by_language in places:
        for language in by_language:
            if language not in document["texts"]:
                yield FieldError(f"{place}.{language}", "language_without_text")
