"""What a signature is given to: the words of a statement in one language, to its targets, and their SHA-256.

A version holds the words of every language that it ever was in. None of them is overwritten and none is removed: other
words in any of these languages are the next version.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WORDS = ("title", "summary", "body")


@dataclass(frozen=True, slots=True)
class Statement:
    """The words of one version in one language, as they were written; `body` is Markdown."""

    version: int
    language: str
    title: str
    summary: str = ""
    body: str = ""
    targets: tuple[str, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class StatementVersion:
    """One version: `texts` by language as `statement_texts` gives them, `targets` as the document had them first."""

    version: int
    saved_at: str
    texts: Mapping[str, Any]
    targets: Sequence[Mapping[str, Any]]

    def statement(self, language: str) -> Statement | None:
        """The words of this version in `language`, or None where it never was in it."""
        text = self.texts.get(language)
        if text is None:
            return None
        return Statement(self.version, language, **{**text, "targets": tuple(text["targets"])})


def statement_texts(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The words of a campaign's document by language: `{title, summary, body, targets, sha256}`, targets by name."""
    found = {}
    for language, text in document["texts"].items():
        words = {name: text.get(name, "") for name in WORDS}
        targets = [target.get("names", {}).get(language, target["name"]) for target in document["targets"]]
        found[language] = {**words, "targets": targets, "sha256": statement_hash(words, targets)}
    return found


def statement_hash(words: Mapping[str, str], targets: Sequence[str]) -> str:
    """SHA-256, in hex, of the JSON `[title, summary, body, [target, ...]]` in UTF-8, without spaces between its parts."""
    signed = [*(words[name] for name in WORDS), list(targets)]
    return sha256(json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def first_version(document: Mapping[str, Any], saved_at: str, version: int = 1) -> StatementVersion:
    """The version that begins with a campaign's document."""
    return StatementVersion(version, saved_at, statement_texts(document), document["targets"])


def next_version(
    recorded: StatementVersion, document: Mapping[str, Any], saved_at: str, *, may_be_signed: bool
) -> StatementVersion:
    """The version that a changed document has: `recorded`, joined by new languages, or the next when any says something else.

    A language that was taken out stays in its version, so that it cannot come back with other words. Unless
    `may_be_signed`, a version is written over.
    """
    if not may_be_signed:
        return first_version(document, saved_at, recorded.version)
    texts = statement_texts(document)
    both = recorded.texts.keys() & texts.keys()
    if all(recorded.texts[language]["sha256"] == texts[language]["sha256"] for language in both):
        return replace(recorded, texts={**texts, **recorded.texts})
    return first_version(document, saved_at, recorded.version + 1)
