"""The restore drill: rows that were lost come back from a moment before, and nobody returns who had left."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.wiring import wiring
from deploy.commands.restore import REGISTRY, SIGNATURES, TableRestore
from deploy.terminal import Refused, Terminal
from tests.api.test_members import invite, me, sign_in

if TYPE_CHECKING:
    from datetime import datetime

    from tests.kit.world import World


@pytest.fixture
def moment(world: World) -> datetime:
    return world.now - timedelta(hours=1)


def a_restore(world: World) -> TableRestore:
    tables = {SIGNATURES: world.resources.signatures_table, REGISTRY: world.resources.registry_table}
    return TableRestore(world.session, Terminal(is_sure=True), tables, lambda: world.now)


def copy(world: World, moment: datetime) -> None:
    """Moto knows no past: what is restored is what there is when it is asked for."""
    made = a_restore(world)
    for table in made.tables.values():
        made.copy(table, moment)


def remove(world: World, table: str, row: dict[str, Any]) -> None:
    world.session.client("dynamodb").delete_item(TableName=table, Key={"pk": row["pk"], "sk": row["sk"]})


def emails(world: World) -> set[str]:
    return {row["email"]["S"] for row in world.signatures() if "email" in row}


def test_what_was_lost_comes_back_and_who_withdrew_since_stays_away(world: World, moment: datetime) -> None:
    for number in range(6):
        world.sign_and_confirm(email=f"s{number}@example.org")
    withdraw = world.ses.sent[0].link("withdraw")
    copy(world, moment)

    world.post_form(withdraw, {})
    world.sign(email="new@example.org")
    lost = [row for row in world.signatures() if row.get("email", {}).get("S") in {"s3@example.org", "s4@example.org"}]
    for row in lost:
        remove(world, world.resources.signatures_table, row)
    world.drain()
    assert world.counts()["signatures"]["confirmed"] == 3

    drill = a_restore(world).run(moment, is_drill=True)
    assert (drill[SIGNATURES].missing, drill[SIGNATURES].changed, drill[SIGNATURES].put_back) == (2, 1, 0)
    assert emails(world) == {"s1@example.org", "s2@example.org", "s5@example.org", "new@example.org"}


def test_after_a_restore_counts_are_right_and_no_mail_is_sent_twice(world: World, moment: datetime) -> None:
    for number in range(4):
        world.sign_and_confirm(email=f"s{number}@example.org")
    withdraw = world.ses.sent[0].link("withdraw")
    copy(world, moment)
    world.post_form(withdraw, {})
    for row in world.signatures():
        if row.get("email", {}).get("S") in {"s2@example.org", "s3@example.org"}:
            remove(world, world.resources.signatures_table, row)
    world.drain()
    sent = len(world.ses.sent)

    found = a_restore(world).run(moment, overwrite=True)
    world.drain()
    assert found[SIGNATURES].put_back == 2
    assert emails(world) == {"s1@example.org", "s2@example.org", "s3@example.org"}
    assert [row["state"]["S"] for row in world.signatures() if "email" not in row] == ["withdrawn"]
    assert len(world.ses.sent) == sent
    wiring().tally_projector.repair()
    assert wiring().tally_projector.verify() == []
    assert world.counts()["signatures"]["confirmed"] == 3
    left = world.session.client("dynamodb").list_tables()["TableNames"]
    assert sorted(left) == sorted([world.resources.signatures_table, world.resources.registry_table])


def test_a_row_that_was_spoilt_goes_back_only_when_asked(world: World, moment: datetime) -> None:
    world.sign_and_confirm()
    copy(world, moment)
    (row,) = world.signatures()
    spoilt = {**row, "given_name": {"S": "Spoilt"}}
    world.session.client("dynamodb").put_item(TableName=world.resources.signatures_table, Item=spoilt)
    assert a_restore(world).run(moment)[SIGNATURES].put_back == 0
    world.session.client("dynamodb").put_item(TableName=world.resources.signatures_table, Item=row)
    copy(world, moment)
    world.session.client("dynamodb").put_item(TableName=world.resources.signatures_table, Item=spoilt)
    assert a_restore(world).run(moment, overwrite=True)[SIGNATURES].put_back == 1
    assert world.signatures() == [row]


def test_with_both_tables_lost_everything_is_made_again_from_the_rows(world: World, moment: datetime) -> None:
    for number in range(3):
        world.sign_and_confirm(email=f"s{number}@example.org")
    world.sign(email="owed@example.org")  # its mail had not gone out yet
    copy(world, moment)
    for table in (world.resources.signatures_table, world.resources.registry_table):
        for row in world.items(table):
            remove(world, table, row)
    world.new_records()  # a new table's stream begins anew

    a_restore(world).run(moment)
    wiring().tally_projector.repair(restart=True)
    assert wiring().tally_projector.verify() == []
    assert world.counts()["signatures"]["confirmed"] == 3
    wiring().mail_reconciliation.queue_owed(timedelta(0))
    world.run_mailer()
    assert world.ses.sent[-1].to == "owed@example.org"


@pytest.mark.parametrize("days", [-1, 30, 34])
def test_a_moment_before_which_withdrawals_are_forgotten_is_refused(world: World, days: int) -> None:
    with pytest.raises(Refused, match="within the last 30 days"):
        a_restore(world).run(world.now - timedelta(days=days, seconds=1))


def test_nobody_who_was_signed_out_or_removed_is_back(world: World, moment: datetime) -> None:
    made = [invite(world, email) for email in ("ana@example.org", "ben@example.org")]
    world.drain()
    ended, removed = sign_in(world, "ana@example.org"), sign_in(world, "ben@example.org")
    copy(world, moment)
    assert world.admin("DELETE", "/admin/sessions/current", authorization=ended).status == 204
    assert world.admin("DELETE", f"/admin/members/{made[1]['id']}").status == 204
    a_restore(world).run(moment, overwrite=True)
    assert [me(world, one) for one in (ended, removed)] == [401, 401]
    assert [one["email"] for one in world.admin("GET", "/admin/members").json["members"]] == ["ana@example.org"]
    assert invite(world, "ben@example.org")["id"] != made[1]["id"], "though the old row says whose it was"
    assert me(world, sign_in(world, "ben@example.org")) == 200


def test_members_who_were_lost_come_back_with_their_addresses(world: World, moment: datetime) -> None:
    ana = invite(world, role="admin")
    world.drain()
    mine = sign_in(world)
    copy(world, moment)
    for row in world.items(world.resources.registry_table):
        if row["pk"]["S"].startswith(("member", "key#m")):
            remove(world, world.resources.registry_table, row)
    assert me(world, mine) == 401
    a_restore(world).run(moment)
    assert me(world, mine) == 401, "people sign in again"
    assert me(world, sign_in(world)) == 200
    assert world.admin("DELETE", f"/admin/members/{ana['id']}").json["code"] == "last_admin"
