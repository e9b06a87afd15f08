"""The packets in the pictures add up like real ones, and their names are in many scripts."""

from __future__ import annotations

import io
import unicodedata
from typing import TYPE_CHECKING

from chalicelib.pages.packet.packet_file import write_packet
from local.startup.sample_campaigns import documents
from tools.screenshots import packets

if TYPE_CHECKING:
    import pytest


def test_everybody_is_counted_once_and_whoever_signed_on_paper_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packets, "SIGNERS", 600)
    for campaign, _name, options in packets.CAMPAIGNS:
        signed = packets.people(campaign)
        packet = packets.a_packet(campaign, documents([])[campaign], options, signed)
        assert packet.recount.total == packet.tally == 600
        assert packet.recount.on_paper == packets.ON_PAPER
        assert 0 < packet.named < 600 - packets.ON_PAPER
        assert sum(one.signatures for one in packet.statements) == 600
        named = [one.signer for one in signed[packets.ON_PAPER :] if one.is_shown]
        assert len(named) == packet.named
        assert write_packet(io.BytesIO(), packet, named, {}) > len(packet.statements) + 5


def test_the_same_people_sign_every_time_in_many_scripts() -> None:
    signed = packets.people("a")
    assert signed == packets.people("a")
    assert [one.signer.day for one in signed] == sorted(one.signer.day for one in signed)
    letters = {unicodedata.name(letter, "").split(" ")[0] for one in signed for letter in one.signer.name}
    assert {"LATIN", "ARABIC", "HEBREW", "CYRILLIC", "DEVANAGARI", "HANGUL", "CJK", "THAI", "GEORGIAN"} <= letters
