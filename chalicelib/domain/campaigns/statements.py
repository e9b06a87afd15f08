"""What people sign: the words of a statement in one language, its targets, and a SHA-256 of them.

A version keeps the words of every language that it was ever in; none is overwritten or removed. Different words in any
of these languages make the next version.
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
    """The words of one version in one language, as written; `body` is Markdown."""

    version: int
    language: str
    title: str
    summary: str = ""
    body: str = ""
    targets: tuple[str, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class StatementVersion:
    """One version: `texts` by language as `statement_texts` returns them, `targets` as the document first had them."""

    version: int
    saved_at: str
    texts: Mapping[str, Any]
    targets: Sequence[Mapping[str, Any]]

    def statement(self, language: str) -> Statement | None:
        """The words of this version in `language`, or None if it never had that language."""
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
    """SHA-256 in hex of the JSON `[title, summary, body, [target, ...]]`, in UTF-8 and without spaces between parts."""
    signed = [*(words[name] for name in WORDS), list(targets)]
    return sha256(json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def first_version(document: Mapping[str, Any], saved_at: str, version: int = 1) -> StatementVersion:
    """The first version of a statement, from a campaign's document."""
    return StatementVersion(version, saved_at, statement_texts(document), document["targets"])


def next_version(
    recorded: StatementVersion, document: Mapping[str, Any], saved_at: str, *, may_be_signed: bool
) -> StatementVersion:
    """The version of a changed document: `recorded` with any new languages added, or the next if any words differ.

    A language that was removed stays in its version, so that it cannot return with different words. Unless
    `may_be_signed`, the version is overwritten.
    """
    if not may_be_signed:
        return first_version(document, saved_at, recorded.version)
    texts = statement_texts(document)
    both = recorded.texts.keys() & texts.keys()
    if all(recorded.texts[language]["sha256"] == texts[language]["sha256"] for language in both):
        return replace(recorded, texts={**texts, **recorded.texts})
    return first_version(document, saved_at, recorded.version + 1)
