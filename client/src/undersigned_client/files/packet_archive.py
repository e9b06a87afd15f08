"""Opens a packet that came from anywhere: nothing is unpacked to disk, and whatever could not be a packet is refused in words."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO

from undersigned_client.errors import BadFile
from undersigned_client.language.messages import number, translate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INTEGRITY, NAMES, COUNTS = "integrity.json", "names.csv", "counts.csv"
MEMBER = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.(?:pdf|csv|json)")
END = b"PK\x05\x06"
END_BYTES = 22
LOCATOR, LOCATOR_BYTES = b"PK\x06\x07", 20
MAX_MEMBERS = 300
# More than any packet: a million names, and comments as long as some of them have.
MAX_BYTES = 4 << 30
# Many more statements, countries, regions and weeks than any campaign has; what is read of them is kept in memory.
MAX_KEPT = 4 << 20
MAX_LINE = 1 << 20
CHUNK = 1 << 20
MAX_SHOWN = 60


class PacketArchive:
    """The files of one packet, read from the ZIP as they are needed."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self.names = [one.filename for one in packed.infolist()]

    def sum_of(self, name: str) -> str:
        """The SHA-256 of a file. Raises BadFile."""
        found = sha256()
        with self._open(name) as file:
            while content := file.read(CHUNK):
                found.update(content)
        return found.hexdigest()

    def rows(self, name: str) -> Iterator[list[str]]:
        """The rows of a CSV, its titles first. Raises BadFile."""
        with self._open(name) as file:
            lines = _lines(name, io.TextIOWrapper(file, "utf-8-sig", newline=""))
            try:
                yield from csv.reader(lines, strict=True)
            except (csv.Error, UnicodeDecodeError) as error:
                raise BadFile(translate("{name} in it is not a CSV file.", name=name)) from error

    def integrity(self) -> Any:
        """What `integrity.json` says. Raises BadFile."""
        with self._open(INTEGRITY) as file:
            content = file.read()
        try:
            return json.loads(content, object_pairs_hook=_each_once)
        except (ValueError, RecursionError) as error:
            raise BadFile(translate("{name} in it cannot be read.", name=INTEGRITY)) from error

    @contextmanager
    def _open(self, name: str) -> Iterator[BinaryIO]:
        try:
            with self._packed.open(name) as file:
                yield file  # type: ignore[misc]
        except (zipfile.BadZipFile, EOFError, zlib.error, OSError) as error:
            raise BadFile(translate("{name} in it is damaged.", name=name)) from error


@contextmanager
def open_packet(path: Path) -> Iterator[PacketArchive]:
    """The packet in the file `path`. Raises BadFile."""
    try:
        with path.open("rb") as file:
            members = _check_end(path, file)
            with zipfile.ZipFile(file) as packed:
                _check_members(path, packed, members)
                yield PacketArchive(packed)
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError) as error:
        raise _no_packet(path) from error
    except OSError as error:
        raise BadFile(translate("{file} cannot be read.", file=path)) from error


def _check_end(path: Path, file: BinaryIO) -> int:
    """How many files are in it, which is written at its very end.

    With anything else there, or in front of all, programs disagree on what is in a ZIP.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - END_BYTES - LOCATOR_BYTES))
    last = file.read()
    end, before = last[-END_BYTES:], last[:-END_BYTES]
    is_plain = end.startswith(END) and end.endswith(b"\0\0") and not before.startswith(LOCATOR)
    members = int.from_bytes(end[10:12], "little")
    directory = int.from_bytes(end[12:16], "little")
    is_all = directory + int.from_bytes(end[16:20], "little") + END_BYTES == size
    if size > MAX_BYTES or not is_plain or not is_all or members > MAX_MEMBERS or directory > MAX_MEMBERS * 1024:
        raise _no_packet(path)
    return members


def _check_members(path: Path, packed: zipfile.ZipFile, said: int) -> None:
    members = packed.infolist()
    if len(members) != said or min((one.header_offset for one in members), default=0):
        raise _no_packet(path)
    _check_names(packed)
    is_usual = all(one.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for one in members)
    if not is_usual or any(one.flag_bits & 1 for one in members):
        raise _no_packet(path)
    if (size := sum(one.file_size for one in members)) > MAX_BYTES:
        megabytes = number(size >> 20)
        raise BadFile(translate("Unpacked it would have {n} MB: that is no packet.", n=megabytes))


def _check_names(packed: zipfile.ZipFile) -> None:
    names = packed.namelist()
    for name in names:
        if not MEMBER.fullmatch(name):
            raise BadFile(translate("It holds “{name}”, which is no file of a packet.", name=shown(name)))
        if names.count(name) > 1:
            raise BadFile(translate("{name} is in it twice. Nobody can say which one is meant.", name=name))
    for name in (INTEGRITY, NAMES, COUNTS):
        if name not in names:
            raise BadFile(translate("{name} is missing in it.", name=name))
    for name in (INTEGRITY, COUNTS):
        if packed.getinfo(name).file_size > MAX_KEPT:
            raise BadFile(translate("{name} in it is too large for a packet.", name=name))


def _no_packet(path: Path) -> BadFile:
    return BadFile(translate("{file} is not a packet: not a ZIP as Undersigned makes it.", file=path))


def _lines(name: str, text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(MAX_LINE):
        if len(line) == MAX_LINE:
            raise BadFile(translate("{name} in it is not a CSV file.", name=name))
        yield line


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def shown(text: str) -> str:
    """What a stranger wrote, short, in one line, and so that any terminal can show it."""
    return " ".join(text.split())[:MAX_SHOWN].encode("utf-8", "replace").decode()
