"""The structure of a tagged PDF (ISO 32000-1, 14.7 and 14.8): what screen readers read, in the order in which they read it.

An element is written as soon as it is complete, so a list of a hundred thousand names takes no memory but for its ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.pages.typesetting.pdf_file import array, literal, reference

if TYPE_CHECKING:
    from chalicelib.pages.typesetting.pdf_file import PdfFile


class MarkedPage(Protocol):
    """A page: its place in the file, its object, and the element of each mark on it."""

    place: int
    number: int
    marks: list[int]


class Tag:
    """One element: its kind (`P`, `H1`, `L`…), what is in it, and what it is part of."""

    __slots__ = ("_entries", "_kids", "_parent", "_pdf", "number")

    def __init__(self, pdf: PdfFile, kind: str, parent: int, entries: bytes = b"") -> None:
        self._pdf = pdf
        self.number = pdf.reserve()
        self._parent = parent
        self._entries = b"/S/" + kind.encode() + entries
        self._kids: list[bytes] = []

    def open(self, kind: str, *, language: str = "", entries: bytes = b"") -> Tag:
        """An element within this one, in `language` if that is another."""
        spoken = b"/Lang" + literal(language) if language else b""
        tag = Tag(self._pdf, kind, self.number, spoken + entries)
        self._kids.append(reference(tag.number))
        return tag

    def mark(self, page: MarkedPage) -> int:
        """Takes in what is drawn next on `page`; returns the number that it is marked by there."""
        mark = len(page.marks)
        page.marks.append(self.number)
        self._kids.append(b"<</Type/MCR/Pg %s/MCID %d>>" % (reference(page.number), mark))
        return mark

    def close(self) -> None:
        """Writes it. Nothing can be added to it any more."""
        kids = b"/K" + array(self._kids) if self._kids else b""
        self._pdf.add(b"<</Type/StructElem%s/P %s%s>>" % (self._entries, reference(self._parent), kids), self.number)


class TagTree:
    """All tags of a file, under one `Document`."""

    def __init__(self, pdf: PdfFile) -> None:
        self._pdf = pdf
        self.number = pdf.reserve()
        self.document = Tag(pdf, "Document", self.number)
        self._lists: list[bytes] = []

    def close_page(self, page: MarkedPage) -> None:
        """Records which elements are on a page, in the order of their marks."""
        marks = self._pdf.add(array(map(reference, page.marks)))
        self._lists.append(b"%d %s" % (page.place, reference(marks)))

    def close(self) -> None:
        """Writes the root of the tree."""
        self.document.close()
        parents = self._pdf.add(b"<</Nums[" + b" ".join(self._lists) + b"]>>")
        self._pdf.add(
            b"<</Type/StructTreeRoot/K[%s]/ParentTree %s/ParentTreeNextKey %d>>"
            % (reference(self.document.number), reference(parents), len(self._lists)),
            self.number,
        )
