"""Writes one gzip stream in parts that share nothing but two numbers, so that it can resume after a crash.

A part is raw deflate flushed to a byte boundary (RFC 1951, 3.2.4). Concatenated, the parts are a single gzip member
(RFC 1952), because browsers do not read several members.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

LEVEL = 3  # twice as fast as the usual 6, for a tenth more bytes
HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # deflate, no name, no time: equal rows make equal bytes
LAST_BLOCK = b"\x03\x00"
SIZE_MODULUS = 2**32


@dataclass(frozen=True, slots=True)
class GzipState:
    """The checksum and the length, in bytes, of the input so far."""

    crc: int = 0
    size: int = 0


class GzipPart:
    """One part, which takes bytes until `finish`."""

    def __init__(self, state: GzipState) -> None:
        self._state = state
        self._deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._chunks = [HEADER] if state.size == 0 else []
        self.length = len(HEADER) if state.size == 0 else 0

    def add(self, text: bytes) -> None:
        """Compresses `text`; `length` is how many bytes have come out so far."""
        self._state = GzipState(zlib.crc32(text, self._state.crc), self._state.size + len(text))
        self._append(self._deflate.compress(text))

    def finish(self, *, is_last: bool) -> tuple[bytes, GzipState]:
        """The part's bytes, and the state with which the next part begins."""
        self._append(self._deflate.flush(zlib.Z_SYNC_FLUSH))
        if is_last:
            state = replace(self._state, size=self._state.size % SIZE_MODULUS)
            self._append(LAST_BLOCK + state.crc.to_bytes(4, "little") + state.size.to_bytes(4, "little"))
        return b"".join(self._chunks), self._state

    def _append(self, chunk: bytes) -> None:
        if chunk:
            self._chunks.append(chunk)
            self.length += len(chunk)
