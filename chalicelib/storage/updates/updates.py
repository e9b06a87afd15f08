"""Stores updates: one item with the state of each, and one for its words in each language."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import VersionMismatch
from chalicelib.domain.timestamps import read_stamp, stamp
from chalicelib.domain.updates.update import Audience, Figures, PauseReason, Update, UpdateState, UpdateText
from chalicelib.storage.access.audit_log import audit_item
from chalicelib.storage.dynamodb import item_keys
from chalicelib.storage.dynamodb.expressions import remove_clause, set_clause, values_of
from chalicelib.storage.dynamodb.table import ConditionFailed, not_there_yet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from chalicelib.storage.dynamodb.item_values import Attributes
    from chalicelib.storage.dynamodb.table import Table

is_as_read = "#revision = :revision_then"
is_sending = "#state = :sending"
# In the index only while it is being sent: so the hourly round finds those that nobody works on.
BEING_SENT = "update"
SENDING_MARKS = ("type", "sort")


class Updates:
    """The updates in the Registry table. Each method is one call unless it says otherwise."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, update: Update, words: Mapping[str, UpdateText], *, key: str) -> None:
        """Writes a draft and its words, with an audit entry for `key`: one transaction."""
        audit = _audit("update created", update, key, update.created_at)
        self._table.put_in_transaction(_head(update), audit, *_words(update, words), condition=not_there_yet)

    def replace(self, was: Update, update: Update, words: Mapping[str, UpdateText], *, key: str) -> Update:
        """Writes a changed draft over the one that was read: one transaction. Raises VersionMismatch if that has changed."""
        update = replace(update, revision=was.revision + 1)
        audit = _audit("update changed", update, key, update.changed_at)
        condition, values = f"{is_as_read} AND #state = :draft", {":revision_then": was.revision, ":draft": "draft"}
        try:
            self._table.put_in_transaction(
                _head(update), audit, *_words(update, words), condition=condition, values=values
            )
        except ConditionFailed:
            raise VersionMismatch from None
        return update

    def delete(self, update: Update, *, key: str, now: datetime) -> None:
        """Deletes a draft as it was read, with its words: one call for each language more. Raises VersionMismatch."""
        audit = _audit("update deleted", update, key, now)
        pk, sk = item_keys.update_key(update.campaign, update.id)
        try:
            self._table.delete_in_transaction(
                pk,
                sk,
                audit,
                condition=f"{is_as_read} AND #state = :draft",
                values={":revision_then": update.revision, ":draft": "draft"},
            )
        except ConditionFailed:
            raise VersionMismatch from None
        self._delete_words(update.campaign, update.id)

    def delete_all(self, campaign: str) -> None:
        """Deletes every update of a campaign that nobody has signed: one call for each item."""
        pk, _ = item_keys.update_key(campaign, "")
        for item in list(self._table.query(pk, consistent=True)):
            self._table.delete(pk, item["sk"])

    def _delete_words(self, campaign: str, update: str) -> None:
        pk, prefix = item_keys.update_words_key(campaign, update, "")
        for item in list(self._table.query(pk, sk_prefix=prefix, consistent=True)):
            self._table.delete(pk, item["sk"])

    def find(self, campaign: str, update: str) -> Update | None:
        """One update by a strongly consistent read, or None."""
        item = self._table.get(*item_keys.update_key(campaign, update))
        return _read(item) if item else None

    def list(self, campaign: str) -> Iterator[Update]:
        """A campaign's updates, newest first."""
        pk, prefix = item_keys.update_key(campaign, "")
        yield from map(_read, self._table.query(pk, sk_prefix=prefix, consistent=True, newest_first=True))

    def being_sent(self) -> Iterator[tuple[str, str, str]]:
        """Campaign, id and time (a stamp) of the last change of every update that is being sent."""
        for entry in self._table.query_index("by_type", "type", BEING_SENT):
            yield entry["pk"].partition("#")[2], entry["sk"].removeprefix(item_keys.UPDATE_PREFIX), entry["sort"]

    def words(self, update: Update) -> dict[str, UpdateText]:
        """Its words by language."""
        pk, prefix = item_keys.update_words_key(update.campaign, update.id, "")
        found = {item["sk"][len(prefix) :]: item for item in self._table.query(pk, sk_prefix=prefix, consistent=True)}
        return {
            language: UpdateText(found[language]["subject"], found[language]["body"])
            for language in update.subjects
            if language in found
        }

    def start(self, update: Update, *, key: str, now: datetime) -> Update:
        """Begins to send a draft as it was read, to `recipients`. Raises VersionMismatch if it has changed: one transaction."""
        sent = replace(update, state=UpdateState.SENDING, revision=update.revision + 1, started_at=now, changed_at=now)
        audit = _audit("update sent", sent, key, now, recipients=sent.recipients)
        condition = f"{is_as_read} AND #state = :draft"
        values = {":revision_then": update.revision, ":draft": str(UpdateState.DRAFT)}
        try:
            self._table.put_in_transaction(_head(sent), audit, condition=condition, values=values)
        except ConditionFailed:
            raise VersionMismatch from None
        return sent

    def resume(self, update: Update, figures: Figures, *, key: str, now: datetime) -> Update:
        """Goes on with a paused update; what happened until now does not pause it again. Raises VersionMismatch."""
        going = replace(
            update,
            state=UpdateState.SENDING,
            reason="",
            judged_from=figures,
            revision=update.revision + 1,
            changed_at=now,
        )
        return self._save(going, update, _audit("update resumed", going, key, now))

    def pause(self, update: Update, reason: PauseReason, *, key: str, now: datetime) -> Update:
        """Pauses one that is being sent. Raises VersionMismatch if it has changed."""
        paused = replace(
            update, state=UpdateState.PAUSED, reason=str(reason), revision=update.revision + 1, changed_at=now
        )
        return self._save(paused, update, _audit("update paused", paused, key, now, reason=str(reason)))

    def stop(self, update: Update, *, key: str, now: datetime) -> Update:
        """Stops one for good. Raises VersionMismatch if it has changed."""
        stopped = replace(
            update, state=UpdateState.STOPPED, revision=update.revision + 1, changed_at=now, finished_at=now
        )
        return self._save(stopped, update, _audit("update stopped", stopped, key, now))

    def _save(self, update: Update, was: Update, audit: Attributes) -> Update:
        try:
            self._table.put_in_transaction(
                _head(update), audit, condition=is_as_read, values={":revision_then": was.revision}
            )
        except ConditionFailed:
            raise VersionMismatch from None
        return update

    def touch(self, update: Update, *, now: datetime) -> None:
        """Notes that somebody works on it; nothing if it is not being sent any more."""
        self._update_if_sending(update, {"sort": stamp(now)})

    def finish(self, update: Update, *, now: datetime) -> bool:
        """Records that everybody has it; False if it is not being sent any more, or somebody else recorded that."""
        ended = {"state": str(UpdateState.SENT), "finished_at": stamp(now), "changed_at": stamp(now)}
        return self._update_if_sending(update, ended, f"{remove_clause(SENDING_MARKS)} ADD #revision :one", {":one": 1})

    def _update_if_sending(
        self, update: Update, sets: Mapping[str, Any], clauses: str = "", more: Mapping[str, Any] | None = None
    ) -> bool:
        values = {**values_of(sets), ":sending": str(UpdateState.SENDING), **(more or {})}
        key = item_keys.update_key(update.campaign, update.id)
        try:
            self._table.update(*key, f"{set_clause(sets)} {clauses}".strip(), condition=is_sending, values=values)
        except ConditionFailed:
            return False
        return True


def _audit(act: str, update: Update, key: str, now: datetime, **facts: Any) -> Attributes:
    return audit_item(act, key, now=now, campaign=update.campaign, update=update.id, **facts)


def _head(update: Update) -> Attributes:
    pk, sk = item_keys.update_key(update.campaign, update.id)
    item: Attributes = {
        "pk": pk,
        "sk": sk,
        "state": str(update.state),
        "subjects": dict(update.subjects),
        "languages": list(update.audience.languages),
        "countries": list(update.audience.countries),
        "revision": update.revision,
        "created_at": stamp(update.created_at),
        "changed_at": stamp(update.changed_at),
        "buckets": update.buckets,
        "recipients": update.recipients,
        "reason": update.reason,
        "judged_from": asdict(update.judged_from),
    }
    times = {"started_at": update.started_at, "finished_at": update.finished_at}
    item |= {name: stamp(moment) for name, moment in times.items() if moment}
    if update.state is UpdateState.SENDING:
        item |= {"type": BEING_SENT, "sort": stamp(update.changed_at)}
    return item


def _words(update: Update, words: Mapping[str, UpdateText]) -> Iterator[Attributes]:
    for language, text in words.items():
        pk, sk = item_keys.update_words_key(update.campaign, update.id, language)
        yield {"pk": pk, "sk": sk, "subject": text.subject, "body": text.body}


def _read(item: Attributes) -> Update:
    created_at, changed_at = read_stamp(item["created_at"]), read_stamp(item["changed_at"])
    assert created_at is not None  # noqa: S101 - always written
    assert changed_at is not None  # noqa: S101 - as above
    return Update(
        campaign=item["pk"].partition("#")[2],
        id=item["sk"].removeprefix(item_keys.UPDATE_PREFIX),
        state=UpdateState(item["state"]),
        subjects=item["subjects"],
        audience=Audience(tuple(item["languages"]), tuple(item["countries"])),
        revision=item["revision"],
        created_at=created_at,
        changed_at=changed_at,
        buckets=item["buckets"],
        recipients=item["recipients"],
        started_at=read_stamp(item.get("started_at")),
        finished_at=read_stamp(item.get("finished_at")),
        reason=item.get("reason", ""),
        judged_from=Figures(**item.get("judged_from", {})),
    )
