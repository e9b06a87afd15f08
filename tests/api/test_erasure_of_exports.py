"""Erasure reaches every file that may hold the person: written, being written, or only asked for; confirmed or not."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.wiring import wiring
from tests.kit.interleaving import delete_expired

if TYPE_CHECKING:
    from tests.kit.world import World

ANA = "ana@example.org"


def ask(world: World, campaign: str = "peru", **wishes: Any) -> str:
    reply = world.admin("POST", f"/admin/campaigns/{campaign}/exports", {"format": "ndjson", **wishes})
    assert reply.status == 202
    export: str = reply.json["id"]
    return export


def erase(world: World, email: str = ANA) -> list[str]:
    """The exports that the report names."""
    reply = world.admin("POST", "/admin/erasures", {"email": email})
    assert reply.status == 200
    return [one["id"] for one in reply.json["exports"]]


def state(world: World, export: str, campaign: str = "peru") -> str:
    found: str = world.admin("GET", f"/admin/campaigns/{campaign}/exports/{export}").json["state"]
    return found


def files(world: World) -> list[Any]:
    found: list[Any] = (
        world.session.client("s3").list_objects_v2(Bucket=os.environ["EXPORT_BUCKET"]).get("Contents", [])
    )
    return found


def uploads(world: World) -> list[Any]:
    s3, bucket = world.session.client("s3"), os.environ["EXPORT_BUCKET"]
    found: list[Any] = s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return found


@pytest.fixture
def signed(world: World) -> World:
    world.sign_and_confirm()
    world.sign_and_confirm(email="ben@example.org", given_name="Ben")
    return world


def test_an_export_that_is_only_asked_for_is_named_and_never_written(signed: World) -> None:
    export = ask(signed)
    assert erase(signed) == [export]
    signed.run_exports()
    assert (state(signed, export), files(signed)) == ("deleted", [])


def test_an_export_that_is_being_written_is_named_and_leaves_nothing(signed: World) -> None:
    export = ask(signed)
    assert not wiring().export_writer.write("peru", export, lambda: False)
    assert len(uploads(signed)) == 1
    assert erase(signed) == [export]
    signed.run_exports()
    assert (state(signed, export), files(signed), uploads(signed)) == ("deleted", [], [])


def test_an_export_of_pending_signers_goes_when_one_of_them_is_erased(world: World) -> None:
    world.sign()
    world.drain()
    export = ask(world, state="pending")
    world.run_exports()
    assert len(files(world)) == 1
    assert erase(world) == [export]
    assert (state(world, export), files(world)) == ("deleted", [])


def test_an_export_of_before_the_withdrawal_goes_when_the_address_is_erased(signed: World) -> None:
    export = ask(signed)
    signed.run_exports()
    signed.post_form(signed.ses.sent[0].link("withdraw"), {})
    assert erase(signed) == [export]
    assert files(signed) == []


def test_exports_of_every_campaign_that_was_signed_go_and_no_others(world: World) -> None:
    world.publish("other")
    world.publish("third")
    world.sign()
    world.sign("other")
    world.sign("third", email="ben@example.org")
    world.drain()
    exports = {campaign: ask(world, campaign, state="pending") for campaign in ("other", "peru", "third")}
    world.run_exports()
    assert erase(world) == [exports["other"], exports["peru"]]
    assert [state(world, exports[one], one) for one in ("other", "peru", "third")] == ["deleted", "deleted", "done"]


def test_a_file_of_before_the_first_signing_goes_too_as_an_undone_sheet_leaves_no_trace(signed: World) -> None:
    export = ask(signed)
    signed.run_exports()
    signed.later(seconds=1)
    signed.sign(email="late@example.org")
    signed.drain()
    assert erase(signed, "late@example.org") == [export]
    assert (state(signed, export), files(signed)) == ("deleted", [])


def test_a_file_that_was_done_in_the_moment_of_signing_goes(signed: World) -> None:
    signed.sign(email="late@example.org")
    signed.drain()
    export = ask(signed)
    signed.run_exports()
    assert erase(signed, "late@example.org") == [export]


def test_what_was_removed_before_is_not_named_again(signed: World) -> None:
    export = ask(signed)
    signed.run_exports()
    assert erase(signed) == [export]
    assert erase(signed) == []
    assert export not in json.dumps(signed.admin("POST", "/admin/erasures", {"email": ANA}).json)


def test_an_export_of_a_pending_signer_goes_when_the_signature_has_expired_since(world: World) -> None:
    world.later(days=25)
    world.sign_and_confirm(email="ben@example.org")
    world.sign()
    world.drain()
    world.later(days=28)
    held = {state: ask(world, state=state) for state in ("pending", "any", "confirmed")}
    world.run_exports()
    world.later(days=3)
    delete_expired(world)
    world.drain()
    assert sorted(erase(world)) == sorted([held["pending"], held["any"]])
    assert (state(world, held["confirmed"]), len(files(world))) == ("done", 1)


def test_an_export_of_a_pending_signer_goes_when_the_signature_expired_and_was_given_again(world: World) -> None:
    world.sign()
    world.drain()
    world.later(days=28)
    export = ask(world, state="pending")
    world.run_exports()
    world.later(days=3)
    delete_expired(world)
    world.drain()
    world.sign()
    world.drain()
    assert erase(world) == [export]


def test_in_a_campaign_too_young_for_a_signature_to_expire_exports_of_pending_signers_stay(world: World) -> None:
    world.sign(email="ben@example.org")
    world.drain()
    export = ask(world, state="pending")
    world.run_exports()
    world.later(days=6)
    assert erase(world) == []
    assert state(world, export) == "done"
