"""ministack as a process of its own that never loses a write that it answered.

In a session of its own, it outlives Ctrl-C and `kill -9` of its parent long enough to save; its journal survives
`kill -9` of itself.
It serves on the socket that it inherits and refuses to share a state folder with another one.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.engines.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Message = dict[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

LOCK_WAIT_SECONDS = 20
SAVE_PATH = "/_undersigned/save"


class JournaledMinistack:
    """The ASGI application of ministack, writing to the journal before each answer."""

    def __init__(self, journal: Journal) -> None:
        from ministack import app
        from ministack.services import dynamodb

        self._app = app
        self._tables = dynamodb
        self._journal = journal

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one connection; writes are journaled before they are answered."""
        if scope.get("path") == SAVE_PATH:
            self.save()
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return

        async def send_after_journal(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._journal.flush()
            elif message["type"] == "lifespan.startup.complete":
                self._restore()
            await send(message)

        await self._app.app(scope, receive, send_after_journal)

    def save(self) -> None:
        """Write all state, then empty the journal; if saving fails, the journal is kept."""
        from ministack.core import persistence

        saved = Path(persistence.STATE_DIR) / "dynamodb.json"
        before = saved.stat().st_mtime_ns if saved.exists() else 0
        persistence.save_all(self._app._build_persistence_save_dict())  # noqa: SLF001  # ministack has no public name for it
        if saved.exists() and saved.stat().st_mtime_ns != before:
            self._journal.clear()

    def _restore(self) -> None:
        """Restore what was written after the last save, then start journaling."""
        count = 0
        for (arn, hash_key, range_key), item in self._journal.replay():
            self._apply(arn, hash_key, range_key, item)
            count += 1
        self._watch_writes()
        if count:
            self.save()

    def _apply(self, arn: str, hash_key: str, range_key: str, item: dict[str, Any] | None) -> None:
        region, account, name = arn.split(":")[3], arn.split(":")[4], arn.rpartition("/")[2]
        table = self._tables._tables.get_scoped(account, region, name)  # noqa: SLF001  # as above
        if table is None:
            return  # created after the last save and never used; it is created again at start
        if item is None:
            self._tables._remove_item(table, hash_key, range_key)  # noqa: SLF001  # as above
        else:
            self._tables._set_item(table, hash_key, range_key, item)  # noqa: SLF001  # as above

    def _watch_writes(self) -> None:
        """Journal every write: whatever the operation, it goes through these two functions."""
        tables, add = self._tables, self._journal.add
        set_item, remove_item = tables._set_item, tables._remove_item  # noqa: SLF001  # as above

        def journaled_set(table: dict[str, Any], hash_key: str, range_key: str, item: dict[str, Any]) -> Any:
            add((table["TableArn"], hash_key, range_key), item)
            return set_item(table, hash_key, range_key, item)

        def journaled_remove(table: dict[str, Any], hash_key: str, range_key: str) -> Any:
            add((table["TableArn"], hash_key, range_key), None)
            return remove_item(table, hash_key, range_key)

        tables._set_item, tables._remove_item = journaled_set, journaled_remove  # noqa: SLF001  # as above


def lock(folder: Path) -> int:
    """Lock the state folder; wait a little for a predecessor that is still saving."""
    handle = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    deadline = time.monotonic() + LOCK_WAIT_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                sys.exit(f"Another local stack is using {folder}.")
            time.sleep(0.1)
        else:
            return handle


async def serve(folder: Path, listener: int) -> None:
    """Serve on the inherited socket until a signal comes or the parent is gone, then save."""
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"fd://{listener}"]
    config.keep_alive_timeout = 600
    config.graceful_timeout = 0.2
    config.loglevel = "WARNING"
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    threading.Thread(target=_watch_parent, args=(loop, stop), daemon=True).start()
    application: Any = JournaledMinistack(Journal(folder / "journal.jsonl"))
    await hypercorn_serve(application, config, shutdown_trigger=stop.wait)


def _watch_parent(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    # The parent holds the other end of stdin: when it dies, for whatever reason, this read ends.
    # Unbuffered, because the lock of a buffer would disturb the interpreter's shutdown.
    while os.read(0, 1024):
        pass
    loop.call_soon_threadsafe(stop.set)


if __name__ == "__main__":
    state = Path(os.environ["STATE_DIR"])
    state.mkdir(parents=True, exist_ok=True)
    lock_handle = lock(state)
    asyncio.run(serve(state, int(os.environ["LISTENER"])))
