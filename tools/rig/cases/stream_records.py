"""Batches of stream records, as Lambda's poller passes them to `project`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tools.rig.cases import NO_TIME, case, told

if TYPE_CHECKING:
    from tools.rig.rig import Record, Rig

EXPIRED = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def _counted(rig: Rig, campaign: str, records: list[Record], **options: float) -> str:
    answer = told(rig.invoke("project", {"Records": records}, **options))
    counts = rig.ask("GET", "/admin/campaigns/{campaign}/counts", {"campaign": campaign})["signatures"]
    return f"{answer}; {counts['pending']} pending, {counts['confirmed']} confirmed"


def _confirmed(rig: Rig, campaign: str, record: Record) -> list[Record]:
    """The records that confirming a signature makes."""
    _set(rig, record, "SET #s = :s, confirmed_at = signed_at", "confirmed")
    return rig.records(campaign)[1:]


def _set(rig: Rig, record: Record, expression: str, state: str) -> None:
    rig.services.clients["dynamodb"].update_item(
        TableName=rig.services.resources.signatures_table,
        Key=record["dynamodb"]["Keys"],
        UpdateExpression=expression,
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":s": {"S": state}},
    )


def _deleted(rig: Rig, campaign: str, record: Record) -> Record:
    table = rig.services.resources.signatures_table
    rig.services.clients["dynamodb"].delete_item(TableName=table, Key=record["dynamodb"]["Keys"])
    return rig.records(campaign)[-1]


@case("project", "INSERT", "none failed; 1 pending, 0 confirmed")
def _(rig: Rig) -> str:
    campaign = rig.new_campaign()
    return _counted(rig, campaign, [rig.sign(campaign)])


@case("project", "INSERT, delivered twice", "none failed; 1 pending, 0 confirmed")
def _(rig: Rig) -> str:
    campaign = rig.new_campaign()
    record = rig.sign(campaign)
    rig.invoke("project", {"Records": [record]})
    return _counted(rig, campaign, [record])


@case("project", "MODIFY", "none failed; 0 pending, 1 confirmed")
def _(rig: Rig) -> str:
    campaign = rig.new_campaign()
    record = rig.sign(campaign)
    return _counted(rig, campaign, [record, *_confirmed(rig, campaign, record)])


@case("project", "REMOVE, by time to live", "none failed; 0 pending, 0 confirmed")
def _(rig: Rig) -> str:
    campaign = rig.new_campaign()
    record = rig.sign(campaign)
    expired: dict[str, Any] = {**_deleted(rig, campaign, record), "userIdentity": EXPIRED}
    assert expired["eventName"] == "REMOVE"
    return _counted(rig, campaign, [record, expired])


@case("project", "REMOVE, by hand", "none failed; 0 pending, 0 confirmed")
def _(rig: Rig) -> str:
    campaign = rig.new_campaign()
    record = rig.sign(campaign)
    return _counted(rig, campaign, [record, _deleted(rig, campaign, record)])


@case("project", "one record that nobody can read", "none failed; 1 pending, 0 confirmed")
def _(rig: Rig) -> str:
    campaign = rig.new_campaign()
    record = rig.sign(campaign)
    change = {**record["dynamodb"], "NewImage": {"state": {"S": "nonsense"}}}
    return _counted(rig, campaign, [record, {**record, "dynamodb": change}])


@case("project", "INSERT, with no time left", "error: Unavailable; 0 pending, 0 confirmed")
def _(rig: Rig) -> str:
    campaign = rig.new_campaign()
    return _counted(rig, campaign, [rig.sign(campaign)], seconds=NO_TIME)
