"""The sentences of a packet in its language, and its days and numbers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from chalicelib.i18n.languages import country_names, interface_language, language_name
from chalicelib.i18n.marker import _
from chalicelib.i18n.regions import region_name
from chalicelib.i18n.translator import Translator

if TYPE_CHECKING:
    from chalicelib.domain.exports.packet_volumes import Volume
    from chalicelib.domain.exports.packets import Packet

PAPER = _(
    "On paper: people signed a printed sheet by hand. An organizer entered the sheets. They are counted apart, and are on their"
    " own sheets, not in this list."
)
DOUBLE = _(
    "Online: each person filled in a form and then opened a link that was sent to their own email address. Only then did the"
    " signature count. One address signs once."
)
SINGLE = _(
    "Online: each person filled in a form with their email address, and the signature counted at once. One address signs once."
)
NOT_HANDWRITTEN = _(
    "Names given online were typed by the people themselves. They are not handwritten signatures, and this packet does not"
    " present them as such."
)


class Words:
    """Sentences for one packet."""

    def __init__(self, packet: Packet) -> None:
        self._packet = packet
        self._translator = Translator(packet.language)
        self.text = self._translator.text
        self.ngettext = self._translator.text_plural
        self.number = self._translator.number

    @property
    def language(self) -> str:
        """The language that the sentences are in."""
        return interface_language(self._packet.language)

    def day(self, day: date | str) -> str:
        """A day in words."""
        return self._translator.date(date.fromisoformat(day) if isinstance(day, str) else day)

    def country(self, code: str) -> str:
        """A country's name."""
        return country_names(self._packet.language).get(code, code) if code else self.text(_("Country not given"))

    def region(self, code: str) -> str:
        """A region's name, without its country."""
        return region_name(code, self._packet.language) if code else self.text(_("Region not given, or not on a list"))

    def language_name(self, code: str) -> str:
        """A language's own name for itself."""
        return language_name(code) if code else self.text(_("Language not given"))

    def volume(self, volume: Volume, named: int) -> str:
        """Which names are in one of several files."""
        sentence = _("Volume {number} of {volumes}: the names {first} to {last} of {all}.")
        first, last = volume.before + 1, volume.before + volume.names
        return self.text(sentence, number=volume.number, volumes=volume.volumes, first=first, last=last, all=named)

    def share(self, part: int, whole: int) -> str:
        """How much `part` is of `whole`, in whole percents."""
        percent = round(100 * part / whole)
        return self.text(_("{percent}%"), percent=str(percent) if percent else "<1")

    @property
    def kind(self) -> str:
        """What it is, as a line above its title."""
        return self.text(_("Open letter") if self._packet.is_letter else _("Petition"))

    @property
    def when(self) -> str:
        """The moment that the packet is of."""
        return self.text(_("{day}, {time}"), day=self.day(self._packet.day), time=self._packet.moment)
