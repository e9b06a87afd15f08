"""Picture files as people have them, and the upload of one."""

from __future__ import annotations

import hashlib
import io
import json
from typing import TYPE_CHECKING, Any

from PIL import Image

from chalicelib.domain.campaigns.pictures import PART_BYTES

if TYPE_CHECKING:
    from tests.kit.world import Reply, World

ALT = {"en": "People with a banner", "es": "Gente con una pancarta"}


def drawn(width: int = 1200, height: int = 800, mode: str = "RGB") -> Image.Image:
    """A picture whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", (width, height), (200, 30, 30))
    picture.paste((30, 30, 200), (width // 2, 0, width, height))
    return picture.convert(mode)


def encoded(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """The picture as a file."""
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def a_file(width: int = 1200, height: int = 800, kind: str = "JPEG", **options: Any) -> bytes:
    """An ordinary file."""
    return encoded(drawn(width, height), kind, **options)


def ask(world: World, content: bytes, use: str = "picture", campaign: str = "peru", **headers: str) -> Reply:
    """Upload a file and ask for a picture of it."""
    upload = hashlib.sha256(content).hexdigest()
    key = {"authorization": f"Bearer {world.admin_key}"} | headers
    for number, start in enumerate(range(0, len(content), PART_BYTES), start=1):
        part = content[start : start + PART_BYTES]
        path = f"/admin/campaigns/{campaign}/uploads/{upload}/{number}"
        reply = world.request("PUT", path, part, content_type="application/octet-stream", **key)
        assert reply.status == 204, reply.text
    body = {"upload": upload, "size": len(content), "use": use}
    path = f"/admin/campaigns/{campaign}/pictures"
    return world.request("POST", path, json.dumps(body), content_type="application/json", **key)


def uploaded(world: World, content: bytes, use: str = "picture", campaign: str = "peru") -> dict[str, Any]:
    """What became of an upload."""
    asked = ask(world, content, use, campaign)
    assert asked.status == 202, asked.text
    while world.run_exports():
        pass
    reply = world.admin("GET", f"/admin/campaigns/{campaign}/pictures/{asked.json['id']}")
    assert reply.status == 200, reply.text
    status: dict[str, Any] = reply.json
    return status


def show(world: World, campaign: str = "peru", *, logo: bool = False, **changes: Any) -> str:
    """Publish a campaign with a picture (or logo), and return its id."""
    world.publish(campaign, **changes)
    use = "logo" if logo else "picture"
    id_ = str(uploaded(world, a_file(kind="PNG"), use, campaign)["picture"])
    world.publish(campaign, **{use: {"id": id_, "alt": ALT}, **changes})
    return id_
