"""Ends a file: its catalogue, what it says about itself, and its pages (PDF/UA-1, ISO 14289-1, as far as a program can promise it)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from chalicelib.pages.typesetting.pdf_file import PdfFile, array, literal, reference

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.pages.typesetting.page_canvas import Page
    from chalicelib.pages.typesetting.typesetter import Typesetter

METADATA = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{made_at}</xmp:CreateDate><xmp:CreatorTool>{program}</xmp:CreatorTool>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


class About(NamedTuple):
    """What a file says about itself. `made_at` is in UTC."""

    title: str
    language: str
    made_at: datetime
    program: str


class Bookmark(NamedTuple):
    """A chapter that begins on the page at `place`, from 0."""

    title: str
    place: int


def finish(
    pdf: PdfFile, setter: Typesetter, about: About, bookmarks: list[Bookmark], footer: Callable[[Page, int], None]
) -> None:
    """Writes everything that a file needs besides what was set."""
    root = _pages(pdf, setter, setter.finish(footer))
    numbers = [page.number for page in setter.pages]
    catalogue = pdf.add(
        b"<</Type/Catalog/Pages %s/Metadata %s/MarkInfo<</Marked true>>/StructTreeRoot %s/Lang%s/Outlines %s"
        b"/ViewerPreferences<</DisplayDocTitle true%s>>>>"
        % (
            reference(root),
            reference(_metadata(pdf, about)),
            reference(setter.tags.number),
            literal(about.language),
            reference(_outline(pdf, bookmarks, numbers)),
            b"/Direction/R2L" if setter.rtl else b"",
        )
    )
    moment = f"D:{about.made_at:%Y%m%d%H%M%S}Z".encode()
    info = pdf.add(b"<</Title%s/CreationDate(%s)/Producer%s>>" % (literal(about.title), moment, literal(about.program)))
    pdf.finish(catalogue, info)


def _pages(pdf: PdfFile, setter: Typesetter, fonts: bytes) -> int:
    """Adds all pages; returns the object that lists them."""
    root = pdf.reserve()
    for page in setter.pages:
        pdf.add(
            b"<</Type/Page/Parent %s/MediaBox[0 0 %.2f %.2f]/Resources<</Font%s>>/Contents%s/StructParents %d/Tabs/S>>"
            % (
                reference(root),
                setter.width,
                setter.height,
                fonts,
                array(map(reference, page.contents)),
                page.place,
            ),
            page.number,
        )
    numbers = [page.number for page in setter.pages]
    pdf.add(b"<</Type/Pages/Count %d/Kids%s>>" % (len(numbers), array(map(reference, numbers))), root)
    return root


def _metadata(pdf: PdfFile, about: About) -> int:
    words = METADATA.format(
        title=escape(about.title),
        language=escape(about.language),
        made_at=f"{about.made_at:%Y-%m-%dT%H:%M:%SZ}",
        program=escape(about.program),
    )
    return pdf.add_plain_stream(words.encode(), b"/Type/Metadata/Subtype/XML")


def _outline(pdf: PdfFile, bookmarks: list[Bookmark], pages: list[int]) -> int:
    root, entries = pdf.reserve(), [pdf.reserve() for _ in bookmarks]
    for at, (number, bookmark) in enumerate(zip(entries, bookmarks, strict=True)):
        before = b"/Prev " + reference(entries[at - 1]) if at else b""
        after = b"/Next " + reference(entries[at + 1]) if at + 1 < len(entries) else b""
        target = reference(pages[bookmark.place])
        pdf.add(
            b"<</Title%s/Parent %s/Dest[%s/Fit]%s%s>>"
            % (literal(bookmark.title), reference(root), target, before, after),
            number,
        )
    ends = (
        b"/First %s/Last %s/Count %d" % (reference(entries[0]), reference(entries[-1]), len(entries))
        if entries
        else b""
    )
    return pdf.add(b"<</Type/Outlines" + ends + b">>", root)
