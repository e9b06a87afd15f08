"""Makes a packet of a campaign's signatures: read once and kept, so that whoever goes on after a killed worker makes the same bytes."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from chalicelib.domain.exports.export_rows import ExportRequest, row_filter
from chalicelib.domain.exports.packet_volumes import volumes_of
from chalicelib.domain.exports.packets import Packet, PacketOptions, Recount, SignedStatement, named_signer
from chalicelib.domain.timestamps import stamp
from chalicelib.i18n.regions import is_region_of
from chalicelib.services.exports.packet_files import pack, write_packet_files
from chalicelib.services.exports.packet_names import NamesInOrder, PacketNames, read_names
from chalicelib.services.exports.working_time import OutOfTime
from chalicelib.storage.exports.export_items import Position
from chalicelib.storage.exports.export_names import snapshot_name
from chalicelib.storage.exports.exports import LEASE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from chalicelib.storage.campaigns.statement_versions import StatementVersions
    from chalicelib.storage.dynamodb.bucket_scan import BucketScan
    from chalicelib.storage.exports.export_files import ExportFiles
    from chalicelib.storage.exports.export_items import Export
    from chalicelib.storage.exports.exports import Exports

CONTENT_TYPE = "application/zip"
KEPT_FOR = timedelta(hours=1)
# The names on disk, as they are kept for a worker after us.
KEPT = "kept.gz"
# Of a stored signature, what counting it or naming its signer needs.
ATTRIBUTES = (
    *("sk", "state", "signed_at", "confirmed_at", "day", "expires_at", "given_name", "family_name", "organization"),
    *("country", "region", "comment", "language", "public", "held", "flags", "cleared_at", "hidden_at", "text_sha256"),
    *("comment_notice", "comment_shown", "handover_notice", "region_label"),
)


@dataclass(slots=True)
class PacketWriter:
    """Works on one packet at a time, under the lease that the caller holds."""

    exports: Exports
    export_files: ExportFiles
    bucket_scan: BucketScan
    statement_versions: StatementVersions
    clock: Callable[[], datetime]
    part_bytes: int

    def write(self, export: Export, has_time: Callable[[], bool]) -> Export:
        """The packet with all its parts stored. Raises OutOfTime, UploadBroken, ConditionFailed, Unavailable."""
        export = self._begin_anew(export)
        with tempfile.TemporaryDirectory() as name:
            folder, target = Path(name), Path(name) / "packet.zip"
            names = self._kept(export, folder) or self._read(export, folder, has_time)
            steps, volumes = _Steps(self, export, has_time), volumes_of(names.groups)
            packet = self._packet(export, names)
            pages = write_packet_files(folder, packet, names, volumes, steps.at_name)
            pack(folder, target, volumes, export.created_at)
            position = replace(export.position, bucket=export.buckets, rows=packet.named, pages=pages)
            return self._store(replace(export, position=position), target)

    def _begin_anew(self, export: Export) -> Export:
        """The upload of a worker before us must not be completed by it: only one file is this packet's."""
        if export.position.upload:
            self.export_files.abort(export.name, export.position.upload)
        return self.save(export, Position(tries=export.position.tries))

    def _kept(self, export: Export, folder: Path) -> PacketNames | None:
        """What a worker before us read, while that is not long ago: people may have left since."""
        if self.clock() - export.created_at > KEPT_FOR:
            return None
        found = self.export_files.find(snapshot_name(export.name))
        if found is None:
            return None
        (folder / KEPT).write_bytes(found)
        return read_names(folder / KEPT)

    def _read(self, export: Export, folder: Path, has_time: Callable[[], bool]) -> PacketNames:
        """Reads every signature that counted when the packet was requested and still does, and keeps what the packet needs."""
        options, steps = _options(export), _Steps(self, export, has_time)
        found = NamesInOrder(folder, options.group_by, options.language)
        facts, until = orjson.loads(export.facts), stamp(export.created_at)
        counts = row_filter(ExportRequest(format=export.request.format), int(self.clock().timestamp()))
        for bucket in range(export.buckets):
            for stored, _last in self.bucket_scan.pages(export.campaign, bucket, ATTRIBUTES):
                steps.at_bucket(bucket)
                for one in map(_with_listed_region, stored):
                    if counts(one) and (moment := one.get("confirmed_at") or one["signed_at"]) <= until:
                        found.recount.add(one)
                        if signer := named_signer(one, is_double=facts["is_double"], names=options.names):
                            found.add(signer, moment, one["sk"])
        names = found.write(folder / KEPT)
        self._keep(export, names)
        return names

    def _keep(self, export: Export, names: PacketNames) -> None:
        self.export_files.put(snapshot_name(export.name), names.path.read_bytes())

    def _packet(self, export: Export, names: PacketNames) -> Packet:
        facts: dict[str, Any] = orjson.loads(export.facts)
        return Packet(
            campaign=export.campaign,
            options=_options(export),
            title=facts["title"],
            summary=facts["summary"],
            sponsors=tuple(facts["sponsors"]),
            is_letter=facts["is_letter"],
            is_double=facts["is_double"],
            made_at=stamp(export.created_at),
            day=date.fromisoformat(facts["day"]),
            moment=facts["moment"],
            tally=export.total or 0,
            recount=names.recount,
            named=names.named,
            statements=self._statements(export.campaign, names.recount, facts),
        )

    def _statements(self, campaign: str, recount: Recount, facts: dict[str, Any]) -> list[SignedStatement]:
        """Every statement that somebody signed, and the one of now in each language; by version, the default language first."""
        found, seen = [], set()
        for version in self.statement_versions.list(campaign):
            now = facts["languages"] if version.version == facts["version"] else []
            for language in sorted(version.texts, key=lambda one: (one not in facts["languages"][:1], one)):
                statement = version.statement(language)
                if statement is None or statement.sha256 in seen:
                    continue
                if language in now or recount.statements[statement.sha256]:
                    seen.add(statement.sha256)
                    found.append(SignedStatement(statement=statement, signatures=recount.statements[statement.sha256]))
        return found

    def _store(self, export: Export, path: Path) -> Export:
        upload = self.export_files.begin_upload(export.name, CONTENT_TYPE)
        export = self.save(export, replace(export.position, upload=upload, length=path.stat().st_size))
        with path.open("rb") as file:
            while content := file.read(self.part_bytes):
                number = len(export.position.tags) + 1
                tag = self.export_files.add_part(export.name, upload, number, content)
                export = self.save(export, replace(export.position, tags=(*export.position.tags, tag)))
        return export

    def save(self, export: Export, position: Position) -> Export:
        """Records how far it is and renews the lease."""
        export = replace(export, position=position)
        self.exports.save_position(export, now=self.clock())
        return export


def _options(export: Export) -> PacketOptions:
    assert export.request.packet is not None  # noqa: S101 - the caller has looked
    return export.request.packet


def _with_listed_region(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without a region that is no code of the signer's country: what people typed is no heading, and no row of counts.

    Of who is anonymous by now, the label is left that it was counted under.
    """
    if "region" not in stored:
        label = stored.get("region_label", "")
        return {**stored, "region": label} if is_region_of(label) else stored
    return stored if is_region_of(stored["region"], stored.get("country", "")) else {**stored, "region": ""}


class _Steps:
    """Says how far a packet is, and renews its lease, every half minute. Nobody continues from there."""

    def __init__(self, writer: PacketWriter, export: Export, has_time: Callable[[], bool]) -> None:
        self._writer = writer
        self._export = export
        self._has_time = has_time
        self._saved = writer.clock()

    def at_bucket(self, bucket: int) -> None:
        """The scan is in `bucket`."""
        self._at(replace(self._export.position, bucket=bucket))

    def at_name(self, done: int) -> None:
        """So many names are set."""
        self._at(replace(self._export.position, bucket=self._export.buckets, rows=done))

    def _at(self, position: Position) -> None:
        if not self._has_time():
            raise OutOfTime
        if (self._writer.clock() - self._saved).total_seconds() > LEASE_SECONDS / 4:
            self._saved = self._writer.clock()
            self._writer.save(self._export, position)
