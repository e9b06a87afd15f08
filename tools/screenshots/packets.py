"""Makes pictures of the sample campaigns' packets: `python -m tools.screenshots.packets FOLDER`.

Both campaigns, each with 5,000 invented people who write their names in many scripts; the pages are drawn by `pdftoppm`
(poppler-utils). The same pictures every time.
"""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from chalicelib.domain.campaigns.statements import Statement, statement_texts
from chalicelib.domain.exports.packets import (
    GroupBy,
    NamedSigner,
    Packet,
    PacketOptions,
    Recount,
    SignedStatement,
)
from chalicelib.domain.paper_sizes import Paper
from chalicelib.pages.packet.packet_file import write_packet
from local.startup.sample_campaigns import documents

if TYPE_CHECKING:
    from collections.abc import Sequence

SIGNERS = 5_000
ON_PAPER = 312
FIRST, LAST = date(2026, 9, 14), date(2026, 11, 23)
DPI = 80
COLOURS = 24
# For each country how many of a hundred, the language they sign in, and how people there are called, `_` inside a name.
PEOPLE: Sequence[tuple[str, int, str, str, str]] = (
    ("PE", 46, "es", "Ana José Rosa Luz Wilber Yolanda Nélida Efraín Saturnina", "Quispe Mamani Huamán Condori Rojas Ñaupari"),
    ("US", 21, "en", "Ben Grace Walter Dolores Keisha Noah Siobhán", "Okoro Smith O’Brien Washington Nguyễn Begay"),
    ("ES", 9, "es", "Íñigo María Begoña Jordi Núria", "Etxeberria García Peña Puig de_la_Fuente"),
    ("MX", 7, "es", "Lupita Xóchitl Ángel Itzel", "Hernández Cuauhtémoc Muñoz Nahuat"),
    ("BR", 4, "es", "João Conceição Thaís", "Araújo Gonçalves da_Silva"),
    ("DE", 3, "en", "Jürgen Käthe Zoë", "Weiß Müller-Lüdenscheidt Großmann"),
    ("EG", 2, "en", "محمد فاطمة يوسف", "عبد_الرحمن المصري حسن"),
    ("IL", 1, "en", "נועה יעל", "כהן לוי"),
    ("RU", 2, "en", "Анна Дмитрий", "Шевченко Коваленко"),
    ("GR", 1, "en", "Ελένη Νίκος", "Παπαδόπουλος Γεωργίου"),
    ("IN", 2, "en", "प्रिया अर्जुन", "शर्मा पटेल"),
    ("BD", 1, "en", "রহিমা করিম", "বেগম হোসেন"),
    ("JP", 1, "en", "高橋 佐藤", "美咲 健一"),
    ("KR", 1, "en", "김 이", "민지 서준"),
    ("TH", 1, "en", "สมชาย มาลี", "ใจดี ศรีสุข"),
    ("GE", 1, "en", "ნინო გიორგი", "ბერიძე კაპანაძე"),
)  # fmt: skip
# One for the petition in English on US Letter, one for the letter in Spanish on A4.
CAMPAIGNS = (
    ("no-troops-in-peru", "petition", PacketOptions(language="en", target="", paper=Paper.LETTER)),
    ("halt-military-aid", "letter", PacketOptions(language="es", target="", group_by=GroupBy.COUNTRY)),
)


@dataclass(frozen=True, slots=True)
class Person:
    """One who signed. Not everybody agreed to be shown."""

    signer: NamedSigner
    is_shown: bool


def people(campaign: str) -> list[Person]:
    """Those who signed it, in the order in which they did."""
    chance = random.Random(campaign)  # noqa: S311 - always the same pictures
    days = sorted(chance.triangular(0, 1, 0.25) for _ in range(SIGNERS))
    countries = chance.choices(PEOPLE, [one[1] for one in PEOPLE], k=SIGNERS)
    return [_person(chance, country, share) for country, share in zip(countries, days, strict=True)]


def _person(chance: random.Random, country: tuple[str, int, str, str, str], share: float) -> Person:
    code, _share, language, given, family = country
    family_names = chance.sample(family.split(), 2 if language == "es" and chance.random() < 0.8 else 1)  # noqa: PLR2004
    day = FIRST + timedelta(days=int(share * ((LAST - FIRST).days + 1)))
    name = " ".join([chance.choice(given.split()), *family_names]).replace("_", " ")
    return Person(NamedSigner(name, code, day.isoformat(), language), chance.random() < 0.83)  # noqa: PLR2004


def a_packet(campaign: str, document: dict[str, Any], options: PacketOptions, signed: Sequence[Person]) -> Packet:
    """The packet of one campaign that they all signed, some on paper."""
    recount, sums = Recount(), {}
    for language, words in statement_texts(document).items():
        sums[language] = Statement(1, language, **{**words, "targets": tuple(words["targets"])})
    for number, one in enumerate(signed):
        facts = {"country": one.signer.country, "language": one.signer.language, "day": one.signer.day}
        state = "external" if number < ON_PAPER else "confirmed"
        recount.add({**facts, "state": state, "text_sha256": sums[one.signer.language].sha256})
    language, names = options.language, Counter(one.is_shown for one in signed[ON_PAPER:])
    targets = [target.get("names", {}).get(language, target["name"]) for target in document["targets"]]
    return Packet(
        campaign=campaign,
        is_letter=document["kind"] == "letter",
        options=PacketOptions(**{**_as_dict(options), "target": "\n".join(targets)}),
        title=document["texts"][language]["title"],
        summary=document["texts"][language]["summary"],
        sponsors=tuple(one["name"] for one in document["sponsors"]),
        made_at="2026-11-23T17:30:00.000000Z",
        day=LAST,
        moment="12:30 America/Lima",
        is_double=document.get("confirmation", "double") == "double",
        tally=recount.total,
        recount=recount,
        named=names[True],
        statements=[
            SignedStatement(statement=one, signatures=recount.statements[one.sha256])
            for one in sorted(sums.values(), key=lambda one: one.language != language)
        ],
    )


def _as_dict(options: PacketOptions) -> dict[str, Any]:
    return {name: getattr(options, name) for name in PacketOptions.__slots__}


def draw(pdf: Path, page: int, target: Path) -> None:
    """One page, counted from 1, as a PNG of few colours."""
    drawn = target.with_suffix("")
    command = [
        "pdftoppm",
        "-png",
        "-r",
        str(DPI),
        "-f",
        str(page),
        "-l",
        str(page),
        "-singlefile",
        str(pdf),
        str(drawn),
    ]
    subprocess.run(command, check=True)
    with Image.open(target) as image:
        few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(target, optimize=True)


def shoot(folder: Path) -> None:
    """The pages that tell a packet from any other."""
    for campaign, name, options in CAMPAIGNS:
        signed = people(campaign)
        packet = a_packet(campaign, documents([])[campaign], options, signed)
        signers = [one.signer for one in signed[ON_PAPER:] if one.is_shown]
        sums = {file: hashlib.sha256(file.encode()).hexdigest() for file in ("names.csv", "counts.csv")}
        with tempfile.TemporaryDirectory() as place:
            pdf = Path(place) / "packet.pdf"
            with pdf.open("wb") as out:
                pages = write_packet(out, packet, signers, sums)
            # Letter, a statement in each language, counts, names from the first page on; last how they were given, and integrity.
            last_statement = 1 + len(packet.statements)
            shown = {"front": 1, "statement-en": 2, "statement-es": 3, "counts": last_statement + 1}
            for part, page in {**shown, "names": last_statement + 3, "integrity": pages}.items():
                draw(pdf, page, folder / f"packet-{name}-{part}.png")


if __name__ == "__main__":
    shoot(Path(sys.argv[1]))
