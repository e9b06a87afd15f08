"""Takes the parts of a file that an organiser uploads, has a picture made of it, and says how far that has come.

It decodes nothing: strangers' files are read in another function, apart from signing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.campaigns.pictures import (
    MAX_UPLOAD_BYTES,
    PART_BYTES,
    UPLOAD_ID,
    Picture,
    PictureUse,
    part_sizes,
)
from chalicelib.domain.errors import BodyTooLarge, InvalidFields, NotFound
from chalicelib.domain.timestamps import read_stamp, stamp
from chalicelib.storage.queues import PictureJob

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.services.campaigns.campaign_reader import CampaignReader
    from chalicelib.storage.pictures.picture_files import PictureFiles
    from chalicelib.storage.queues import ExportQueue

# Two long exports may be before it, but not for as long as this.
ABANDONED_AFTER = timedelta(minutes=40)


class PictureState(StrEnum):
    """How far a picture has come."""

    WAITING = "waiting"
    READY = "ready"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PictureStatus:
    """How far it has come; `code` says why it was refused, `warnings` holds codes of what could be better."""

    id: str
    use: PictureUse
    state: PictureState
    picture: Picture | None = None
    code: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureUploads:
    """Takes uploads for a campaign."""

    campaign_reader: CampaignReader
    files: PictureFiles
    queue: Callable[[], ExportQueue]
    clock: Callable[[], datetime]

    def add_part(self, campaign: str, upload: str, number: str, content: bytes) -> None:
        """Stores a part. Raises CampaignNotFound, NotFound for a number that no file has, BodyTooLarge, InvalidFields."""
        campaign = self.campaign_reader.get(campaign).id
        most = len(part_sizes(MAX_UPLOAD_BYTES))
        if not UPLOAD_ID.fullmatch(upload) or number not in map(str, range(1, most + 1)):
            raise NotFound
        if len(content) > PART_BYTES:
            raise BodyTooLarge
        if not content:
            raise InvalidFields.one("body", "missing")
        self.files.put_part(campaign, upload, int(number), content)

    def request(self, campaign: str, *, upload: str, size: int, use: PictureUse) -> PictureStatus:
        """Has a picture made of an upload of `size` bytes. Raises CampaignNotFound, InvalidFields."""
        campaign = self.campaign_reader.get(campaign).id
        if size > MAX_UPLOAD_BYTES:
            raise InvalidFields.one("size", "picture_over_10_mb")
        job = PictureJob(campaign, upload, use, size)
        self.files.put_status(campaign, job.name, {"asked_at": stamp(self.clock())})
        self.queue().add_picture(job)
        return PictureStatus(job.name, use, PictureState.WAITING)

    def status(self, campaign: str, name: str) -> PictureStatus:
        """How far the picture `name` has come. Raises CampaignNotFound, NotFound."""
        campaign = self.campaign_reader.get(campaign).id
        use, _, upload = name.partition("-")
        if use not in list(PictureUse) or not UPLOAD_ID.fullmatch(upload):
            raise NotFound
        found = self.files.find_status(campaign, name)
        if found is None:
            raise NotFound
        if "id" in found:
            picture = Picture(found["id"], {})
            return PictureStatus(name, PictureUse(use), PictureState.READY, picture, warnings=tuple(found["warnings"]))
        if "code" in found:
            return PictureStatus(name, PictureUse(use), PictureState.REFUSED, code=found["code"])
        asked_at = read_stamp(found["asked_at"])
        is_lost = asked_at is None or self.clock() > asked_at + ABANDONED_AFTER
        return PictureStatus(name, PictureUse(use), PictureState.FAILED if is_lost else PictureState.WAITING)
