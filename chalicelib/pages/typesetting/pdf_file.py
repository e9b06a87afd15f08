"""Writes a PDF (ISO 32000-1) object by object as it grows, so that a long one never is in memory as a whole.

It knows objects, streams and the table of where they are; what is on the pages it does not know. No clock and no chance
gets into it: the same calls write the same bytes.
"""

from __future__ import annotations

import zlib
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterable

# Small objects are packed together (7.5.7): a hundred thousand of them compress to a tenth.
PACKED_TOGETHER = 200
IN_FILE, IN_PACK = 1, 2


def reference(number: int) -> bytes:
    """How one object names another."""
    return b"%d 0 R" % number


def literal(text: str) -> bytes:
    """A text string (7.9.2.2) in UTF-16."""
    return b"<FEFF" + text.encode("utf-16-be", "replace").hex().upper().encode() + b">"


def array(entries: Iterable[bytes]) -> bytes:
    """An array of objects."""
    return b"[" + b" ".join(entries) + b"]"


class PdfFile:
    """A PDF that is being written to `out`."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._digest = sha256()
        self._length = 0
        self._places: dict[int, tuple[int, int, int]] = {}
        self._pack: list[tuple[int, bytes]] = []
        self._last = 0
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def _write(self, content: bytes) -> None:
        self._out.write(content)
        self._digest.update(content)
        self._length += len(content)

    def reserve(self) -> int:
        """A number for an object that is added later."""
        self._last += 1
        return self._last

    def add(self, content: bytes, number: int = 0) -> int:
        """Adds a small object, as its `number` or a new one, which is returned."""
        number = number or self.reserve()
        self._pack.append((number, content))
        if len(self._pack) >= PACKED_TOGETHER:
            self._write_pack()
        return number

    def add_stream(self, content: bytes, entries: bytes = b"", number: int = 0) -> int:
        """Adds a stream, compressed, with more `entries` of its dictionary."""
        number = number or self.reserve()
        packed = zlib.compress(content, 6)
        self._places[number] = (IN_FILE, self._length, 0)
        self._write(
            b"%d 0 obj\n<</Filter/FlateDecode/Length %d%s>>stream\n" % (number, len(packed), entries)
            + packed
            + b"\nendstream\nendobj\n"
        )
        return number

    def add_plain_stream(self, content: bytes, entries: bytes) -> int:
        """Adds a stream that programs look for without unpacking anything: the metadata."""
        number = self.reserve()
        self._places[number] = (IN_FILE, self._length, 0)
        self._write(b"%d 0 obj\n<</Length %d%s>>stream\n" % (number, len(content), entries))
        self._write(content + b"\nendstream\nendobj\n")
        return number

    def _write_pack(self) -> None:
        pack, self._pack = self._pack, []
        offsets, body = [], bytearray()
        container = self.reserve()
        for place, (number, content) in enumerate(pack):
            offsets.append(b"%d %d" % (number, len(body)))
            body += content + b"\n"
            self._places[number] = (IN_PACK, container, place)
        first = b" ".join(offsets) + b"\n"
        entries = b"/Type/ObjStm/N %d/First %d" % (len(pack), len(first))
        self.add_stream(first + bytes(body), entries, container)

    def finish(self, root: int, info: int) -> None:
        """Writes what is left and the table of all objects (7.5.8). The file's identifier is the hash of its content."""
        if self._pack:
            self._write_pack()
        begin, number = self._length, self.reserve()
        self._places[number] = (IN_FILE, begin, 0)
        name = self._digest.hexdigest()[:32].upper().encode()
        packed = zlib.compress(b"".join(self._row(one) for one in range(number + 1)), 6)
        self._write(
            b"%d 0 obj\n<</Type/XRef/W[1 5 2]/Size %d/Root %s/Info %s/ID[<%s><%s>]/Filter/FlateDecode/Length %d>>stream\n"
            % (number, number + 1, reference(root), reference(info), name, name, len(packed))
            + packed
            + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % begin
        )

    def _row(self, number: int) -> bytes:
        kind, place, index = self._places.get(number, (0, 0, 0xFFFF))
        return bytes([kind]) + place.to_bytes(5, "big") + index.to_bytes(2, "big")
